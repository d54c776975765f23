import type { UasComparison } from '../../../shared/domain/index.ts';
import { countOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { valueText } from './Properties.tsx';
import styles from './Assets.module.css';

/** The first of each kind; a tree of thousands of differences is not read line by line. */
const maxLines = 200;

/** What is different from an earlier tree, in words. */
export function Comparison({ found }: { readonly found: UasComparison }) {
  const lines = [
    ...found.added.map(({ path }) => `+ ${path}`),
    ...found.removed.map(({ path }) => `− ${path}`),
    ...found.moved.map(({ from, to }) => (from === to ? `↕ ${to}` : `→ ${from} is now ${to}`)),
    ...found.changed.map(
      ({ path, field, before, after }) =>
        `${path === '' ? '' : `${path} · `}${field}: ${valueText(before)} → ${valueText(after)}`,
    ),
  ];
  if (lines.length === 0) return <p className={styles.quiet}>Nothing is different.</p>;
  return (
    <section aria-label="Differences" className={styles.differences}>
      <p className={styles.quiet}>
        {countOf(found.added.length, 'object')} added · {found.removed.length} removed · {found.moved.length} moved ·{' '}
        {countOf(found.changed.length, 'value')} changed
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <ul tabIndex={0}>
        {lines.slice(0, maxLines).map((line, index) => (
          <li key={index}>{safeText(line)}</li>
        ))}
      </ul>
      {lines.length > maxLines ? <p className={styles.quiet}>and {lines.length - maxLines} more</p> : null}
    </section>
  );
}
