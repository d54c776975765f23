import styles from './History.module.css';

/** One button for each kind of hit; none pressed means all of them. */
export function KindChips<Kind extends string>({
  names,
  chosen,
  onChange,
}: {
  readonly names: readonly (readonly [kind: Kind, name: string])[];
  readonly chosen: ReadonlySet<Kind>;
  readonly onChange: (kinds: ReadonlySet<Kind>) => void;
}) {
  const toggle = (kind: Kind): void => {
    const next = new Set(chosen);
    if (!next.delete(kind)) next.add(kind);
    onChange(next);
  };
  return names.map(([kind, name]) => (
    <button
      key={kind}
      type="button"
      className={styles.chip}
      aria-pressed={chosen.has(kind)}
      onClick={() => toggle(kind)}
    >
      {name}
    </button>
  ));
}
