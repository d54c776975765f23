import { useEffect, useRef, useState } from 'react';
import type { BuildView } from '../../../shared/contracts/api/index.ts';
import type { Regression } from '../../../shared/domain/index.ts';
import { loadChart, useColourScheme } from '../../components/chart/index.ts';
import { countOf, formatBytes, formatDuration } from '../../lib/format.ts';
import { targetNames } from '../../lib/buildTargets.ts';
import styles from './Build.module.css';

export interface BuildChartsProps {
  /** Successful ones of one target and kind, oldest first. */
  readonly builds: readonly BuildView[];
  readonly regressions: ReadonlyMap<string, Regression>;
}

const when = (build: BuildView): string =>
  new Date(build.startedAt).toLocaleString('en', {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
const sizeOf = ({ sizeBytes }: BuildView): string => (sizeBytes === null ? 'not known' : formatBytes(sizeBytes));

/** Time and size from build to build, each worse one marked; the same numbers as a table for whoever reads them. */
export function BuildCharts({ builds, regressions }: BuildChartsProps) {
  const [at, setAt] = useState<number | null>(null);
  const [first] = builds;
  if (first === undefined) return null;
  const kind = `${targetNames[first.target]}${first.development ? ', development' : ''}`;
  const shown = builds[at ?? builds.length - 1] ?? first;
  return (
    <section className={styles.charts} aria-label={`History of ${kind}`}>
      <h3>
        {kind}
        <span className={styles.quiet}> · {countOf(builds.length, 'build')}</span>
      </h3>
      <p className={styles.quiet} aria-hidden="true">
        {when(shown)} · {formatDuration(shown.elapsedMs)} · {sizeOf(shown)}
      </p>
      <Chart
        title="Time"
        values={builds.map(({ elapsedMs }) => elapsedMs)}
        worse={builds.map(({ buildId }) => regressions.get(buildId)?.time !== undefined)}
        format={formatDuration}
        onHover={setAt}
      />
      <Chart
        title="Size"
        values={builds.map(({ sizeBytes }) => sizeBytes)}
        worse={builds.map(({ buildId }) => regressions.get(buildId)?.size !== undefined)}
        format={formatBytes}
        onHover={setAt}
      />
      <details className={styles.table}>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Build</th>
              <th scope="col">Time</th>
              <th scope="col">Size</th>
              <th scope="col">Worse</th>
            </tr>
          </thead>
          <tbody>
            {builds.toReversed().map((build) => (
              <tr key={build.buildId}>
                <th scope="row">{when(build)}</th>
                <td>{formatDuration(build.elapsedMs)}</td>
                <td>{sizeOf(build)}</td>
                <td>{worseWords(regressions.get(build.buildId))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

const worseWords = (regression: Regression | undefined): string =>
  [regression?.size === undefined ? '' : 'larger', regression?.time === undefined ? '' : 'slower']
    .filter((word) => word !== '')
    .join(', ');

interface ChartProps {
  readonly title: string;
  readonly values: readonly (number | null)[];
  readonly worse: readonly boolean[];
  readonly format: (value: number) => string;
  readonly onHover: (index: number | null) => void;
}

function Chart({ title, values, worse, format, onHover }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const scheme = useColourScheme();
  const data = JSON.stringify([values, worse]);
  useEffect(() => {
    let remove: (() => void) | null = null;
    let gone = false;
    const draw = async (): Promise<void> => {
      try {
        const { drawLine } = await loadChart(() => import('./lineChart.ts'));
        if (!gone && host.current !== null) remove = drawLine({ host: host.current, values, worse, format, onHover });
      } catch {
        // What draws it could not be loaded, such as after an update of what the page came from.
        setFailed(true);
      }
    };
    void draw();
    return () => {
      gone = true;
      remove?.();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `data` stands for what is drawn
  }, [data, format, onHover, scheme]);
  const last = values.at(-1) ?? null;
  if (failed) return <p className={styles.quiet}>{title}: no chart can be drawn here; the table has the numbers.</p>;
  return (
    <div>
      <p className={styles.quiet}>{title}</p>
      <div
        ref={host}
        className={styles.chart}
        role="img"
        aria-label={`${title} of ${countOf(values.length, 'build')}, the last one ${last === null ? 'not known' : format(last)}; see the table`}
      />
    </div>
  );
}
