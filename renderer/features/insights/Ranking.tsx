import { useId, useState, type ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { safeText } from '../../lib/safeText.ts';
import styles from './Insights.module.css';

export interface RankedRow {
  readonly name: string;
  /** Below the name. */
  readonly detail?: string;
  /** What the bar stands for. */
  readonly size: number;
  readonly cells: readonly ReactNode[];
}

const shownRows = 8;

/** A table whose rows are as wide as what they count; the first few, the rest on demand. */
export function Ranking(props: {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly { readonly name: string; readonly title?: string }[];
  readonly rows: readonly RankedRow[];
  readonly none: string;
}) {
  const { title, note, columns, rows, none } = props;
  const [all, setAll] = useState(false);
  const id = useId();
  const largest = Math.max(1, ...rows.map(({ size }) => size));
  const shown = all ? rows : rows.slice(0, shownRows);
  return (
    <section className={styles.ranking} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note === undefined || rows.length === 0 ? null : <p className={styles.quiet}>{note}</p>}
      {rows.length === 0 ? (
        <p className={styles.quiet}>{none}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by key
        <div className={styles.rankingScroll} role="region" aria-label={`${title}, table`} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.name} scope="col" title={column.title}>
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ name, detail, size, cells }) => (
                <tr key={`${name} ${detail ?? ''}`}>
                  <th scope="row">
                    <span className={styles.rowName}>{safeText(name)}</span>
                    {detail === undefined ? null : <span className={styles.rowDetail}>{safeText(detail)}</span>}
                    <span
                      className={styles.bar}
                      style={{ inlineSize: `${Math.max(1, (size / largest) * 100)}%` }}
                      aria-hidden="true"
                    />
                  </th>
                  {cells.map((cell, index) => (
                    <td key={columns[index + 1]?.name}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > shownRows ? (
        <Button tone="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${rows.length}`}
        </Button>
      ) : null}
    </section>
  );
}
