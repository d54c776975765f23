import { rangeNames, type Range } from '../../lib/dateRange.ts';
import styles from './History.module.css';

/** When: a usual range, or from one day to another. */
export function RangeChips({ range, onChange }: { readonly range: Range; readonly onChange: (range: Range) => void }) {
  return (
    <>
      <select
        className={styles.chip}
        aria-label="Time"
        data-on={range.kind !== 'any'}
        value={range.kind}
        onChange={({ target }) => onChange(rangeOf(target.value))}
      >
        {Object.entries(rangeNames).map(([kind, name]) => (
          <option key={kind} value={kind}>
            {name}
          </option>
        ))}
      </select>
      {range.kind === 'between' ? (
        <>
          <input
            type="date"
            className={styles.chip}
            aria-label="First day"
            value={range.first}
            onChange={({ target }) => onChange({ ...range, first: target.value })}
          />
          <input
            type="date"
            className={styles.chip}
            aria-label="Last day"
            value={range.last}
            onChange={({ target }) => onChange({ ...range, last: target.value })}
          />
        </>
      ) : null}
    </>
  );
}

function rangeOf(kind: string): Range {
  switch (kind) {
    case 'today':
    case 'week':
    case 'month':
      return { kind };
    case 'between':
      return { kind, first: '', last: '' };
    default:
      return { kind: 'any' };
  }
}
