import { safeText } from '../../lib/safeText.ts';
import { totalOf, type DayFigures } from './series.ts';
import { dayText } from './words.ts';
import styles from './Insights.module.css';

/** The numbers behind a chart, the newest day first; days without any are left out. */
export function DayTable(props: {
  readonly title: string;
  readonly figures: DayFigures;
  readonly format: (value: number) => string;
}) {
  const { title, format } = props;
  const { days, series } = props.figures;
  const rows = days
    .map((day, index) => ({ day, values: series.map(({ values }) => values[index] ?? 0) }))
    .filter(({ values }) => totalOf(values) > 0)
    .toReversed();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by key
    <div className={styles.tableScroll} role="region" aria-label={`${title}, table`} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {safeText(name)}
              </th>
            ))}
            <th scope="col">all</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, values }) => (
            <tr key={day}>
              <th scope="row">{dayText(day)}</th>
              {values.map((value, index) => (
                <td key={series[index]?.name}>{value === 0 ? '–' : format(value)}</td>
              ))}
              <td>{format(totalOf(values))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p className={styles.quiet}>No day of the range has any.</p> : null}
    </div>
  );
}
