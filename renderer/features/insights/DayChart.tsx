import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { ChartColumn, Table } from 'lucide-react';
import { loadChart, useColourScheme } from '../../components/chart/index.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { safeText } from '../../lib/safeText.ts';
import type { BarChart } from './barChart.ts';
import { DayTable } from './DayTable.tsx';
import { totalOf, type DayFigures } from './series.ts';
import { dayText } from './words.ts';
import styles from './Insights.module.css';

export interface DayChartProps {
  readonly title: string;
  readonly figures: DayFigures;
  /** An exact value. */
  readonly format: (value: number) => string;
  /** In place of the bars, where every value is 0. */
  readonly none: string;
}

/** Bars by day with the exact numbers of the day that is pointed at, or gone to by key; the table behind is a click away. */
export function DayChart({ title, figures, format, none }: DayChartProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const scheme = useColourScheme();
  const id = useId();
  const { days, series } = figures;
  const last = days.length - 1;
  const index = chosen === null ? null : Math.min(chosen, last);
  const sum = totalOf(series.flatMap(({ values }) => values));
  const valueOf = (values: readonly number[]): number => (index === null ? totalOf(values) : (values[index] ?? 0));
  const titleOfDay = (at: number): string => dayText(days[at] ?? '');

  const said = (at: number): string =>
    [
      titleOfDay(at),
      format(totalOf(series.map(({ values }) => values[at] ?? 0))),
      ...series.map(({ name, values }) => `${safeText(name)} ${format(values[at] ?? 0)}`),
    ].join(', ');
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = index ?? last;
    const next = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - 7,
      PageUp: at + 7,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setChosen(Math.min(last, Math.max(0, next)));
  };

  return (
    <section className={styles.chart} aria-labelledby={id}>
      <header className={styles.chartHead}>
        <h2 id={id}>{title}</h2>
        <span className={styles.quiet}>
          {index === null ? `${days.length} days` : titleOfDay(index)} ·{' '}
          {format(index === null ? sum : totalOf(series.map(({ values }) => values[index] ?? 0)))}
        </span>
        <IconButton
          label={asTable ? `${title}: show the chart` : `${title}: show the table`}
          icon={asTable ? ChartColumn : Table}
          aria-pressed={asTable}
          side="left"
          onClick={() => setAsTable(!asTable)}
        />
      </header>
      {asTable ? (
        <DayTable title={title} figures={figures} format={format} />
      ) : (
        <>
          <ul className={styles.legend}>
            {series.map(({ name, colour, values }) => (
              <li key={name} title={safeText(name)}>
                <span className={styles.swatch} style={{ background: `var(${colour})` }} aria-hidden="true" />
                <span className={styles.legendName}>{safeText(name)}</span>
                <span className={styles.number}>{format(valueOf(values))}</span>
              </li>
            ))}
          </ul>
          {sum === 0 ? (
            <p className={styles.none}>{none}</p>
          ) : (
            <div
              className={styles.plot}
              role="slider"
              tabIndex={0}
              aria-label={`${title}, day by day`}
              aria-valuemin={1}
              aria-valuemax={days.length}
              aria-valuenow={(index ?? last) + 1}
              aria-valuetext={said(index ?? last)}
              onKeyDown={onKeyDown}
              onFocus={() => setChosen((now) => now ?? last)}
              onBlur={() => setChosen(null)}
            >
              {/* Drawn anew in the colours of another theme. */}
              <Bars
                key={scheme}
                figures={figures}
                format={format}
                marked={index}
                onHover={setChosen}
                onFailed={() => setAsTable(true)}
              />
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Bars(props: {
  readonly figures: DayFigures;
  readonly format: (value: number) => string;
  readonly marked: number | null;
  readonly onHover: (index: number | null) => void;
  /** The charts' library could not be loaded, or not run. */
  readonly onFailed: () => void;
}) {
  const { figures, format, marked, onHover, onFailed } = props;
  const host = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<BarChart | null>(null);
  const failed = useRef(onFailed);
  useEffect(() => {
    let drawn: BarChart | null = null;
    let gone = false;
    loadChart(() => import('./barChart.ts'))
      .then(({ drawBars }) => {
        if (!gone && host.current !== null) drawn = drawBars({ host: host.current, figures, format, onHover });
        return setChart(drawn);
      })
      .catch(() => failed.current());
    return () => {
      gone = true;
      drawn?.destroy();
      setChart(null);
    };
  }, [figures, format, onHover]);
  useEffect(() => chart?.mark(marked), [chart, marked]);
  return <div ref={host} className={styles.canvas} aria-hidden="true" />;
}
