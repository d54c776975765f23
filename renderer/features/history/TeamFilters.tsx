import { useId, useState } from 'react';
import type { TeamKind } from '../../../shared/contracts/api/index.ts';
import { safeText } from '../../lib/safeText.ts';
import { KindChips } from './KindChips.tsx';
import { RangeChips } from './RangeChips.tsx';
import { TeamContext } from './teamStore.ts';
import { teamKindNames } from './teamWords.ts';
import styles from './History.module.css';

const kinds = Object.entries(teamKindNames) as readonly (readonly [TeamKind, string])[];

/** Kinds, person, project, function, error code and time. */
export function TeamFilters() {
  const filter = TeamContext.use((state) => state);
  const { filter: change } = TeamContext.useHandle();
  const { choices } = filter;
  return (
    <div className={styles.chips} role="group" aria-label="Filters">
      <KindChips names={kinds} chosen={filter.kinds} onChange={(next) => change({ kinds: next })} />
      <NameChip
        label="Person"
        any="Anybody"
        names={choices?.people}
        value={filter.userId}
        onChange={(userId) => change({ userId })}
      />
      <NameChip
        label="Project"
        any="Any project"
        names={choices?.projects}
        value={filter.projectName}
        onChange={(projectName) => change({ projectName })}
      />
      <NameChip
        label="Function"
        any="Any function"
        names={choices?.functions}
        value={filter.functionName}
        onChange={(functionName) => change({ functionName })}
      />
      <ErrorCodeChip />
      <RangeChips range={filter.range} onChange={(range) => change({ range })} />
    </div>
  );
}

/** One of the names that there are; the chosen one stays also when it is not among them any more. */
function NameChip({
  label,
  any,
  names = [],
  value,
  onChange,
}: {
  readonly label: string;
  readonly any: string;
  readonly names: readonly string[] | undefined;
  readonly value: string | null;
  readonly onChange: (name: string | null) => void;
}) {
  if (names.length === 0 && value === null) return null;
  const all = value === null || names.includes(value) ? names : [value, ...names];
  return (
    <select
      className={styles.chip}
      aria-label={label}
      data-on={value !== null}
      value={value ?? ''}
      onChange={({ target }) => onChange(target.value === '' ? null : target.value)}
    >
      <option value="">{any}</option>
      {all.map((name) => (
        <option key={name} value={name}>
          {safeText(name)}
        </option>
      ))}
    </select>
  );
}

/** Codes of today are not counted yet, so any may be typed. */
function ErrorCodeChip() {
  const value = TeamContext.use((state) => state.errorCode);
  const codes = TeamContext.use((state) => state.choices?.errorCodes);
  const { filter } = TeamContext.useHandle();
  const [text, setText] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  const listId = useId();
  // The filters were taken away elsewhere.
  if (known !== value) {
    setKnown(value);
    setText(value ?? '');
  }
  const set = (next: string): void => {
    const code = next.trim();
    setText(next);
    setKnown(code === '' ? null : code);
    filter({ errorCode: code === '' ? null : code });
  };
  return (
    <>
      <input
        type="text"
        className={styles.chip}
        aria-label="Error code"
        placeholder="Error code"
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        size={12}
        data-on={value !== null}
        list={listId}
        value={text}
        onChange={({ target }) => set(target.value)}
      />
      <datalist id={listId}>
        {codes?.map((code) => (
          <option key={code} value={code} />
        ))}
      </datalist>
    </>
  );
}
