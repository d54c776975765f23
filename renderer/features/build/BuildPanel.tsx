import { lazy, Suspense, useEffect, useMemo } from 'react';
import { Hammer } from 'lucide-react';
import { regressionsOf } from '../../../shared/domain/index.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Notice } from '../../components/Notice.tsx';
import { OpenSessionContext } from '../sessions/index.ts';
import { BuildCard } from './BuildCard.tsx';
import { BuildContext } from './buildStore.ts';
import { BuildForm } from './BuildForm.tsx';
import { comparable, isRunning, mergeBuilds } from './merge.ts';
import styles from './Build.module.css';

/** Two builds make a line; the charts are loaded when there is one. */
const BuildCharts = lazy(async () => ({ default: (await import('./BuildCharts.tsx')).BuildCharts }));
const fewestCharted = 2;
const mostCharted = 60;

/** Start a build; the running one, how such builds went before, and all earlier ones of the project. */
export function BuildPanel() {
  const own = OpenSessionContext.use((state) => state.builds);
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const { target, development, error, history, historyError } = BuildContext.use((state) => state);
  const { watch, read } = BuildContext.useHandle();
  useEffect(() => (sessionId === null ? undefined : watch(sessionId)), [sessionId, watch]);
  const builds = useMemo(() => mergeBuilds(history ?? [], own.values()), [history, own]);
  const regressions = useMemo(() => regressionsOf(builds), [builds]);
  const charted = useMemo(
    () => comparable(builds, { target, development }).slice(-mostCharted),
    [builds, target, development],
  );

  return (
    <div className={styles.panel}>
      <BuildForm running={builds.some(isRunning)} />
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
      {historyError === null ? null : (
        <Notice
          tone="warn"
          actions={<Button onClick={() => sessionId !== null && void read(sessionId)}>Read again</Button>}
        >
          Earlier builds could not be read: {historyError.message}
        </Notice>
      )}
      {builds.length === 0 && history === null ? (
        historyError === null && sessionId !== null ? (
          <p className={styles.quiet} role="status">
            Reading the builds…
          </p>
        ) : null
      ) : builds.length === 0 ? (
        <EmptyState icon={Hammer} title="No builds of this project yet">
          Choose a target and build, or ask SPARK to. Phase, time and size are shown here, and later how they changed.
        </EmptyState>
      ) : (
        <>
          <ul className={styles.list} aria-label="Running builds">
            {builds.filter(isRunning).map((build) => (
              <li key={build.buildId}>
                <BuildCard build={build} />
              </li>
            ))}
          </ul>
          {charted.length < fewestCharted ? null : (
            <Suspense fallback={<div className={styles.chartRoom} />}>
              <BuildCharts builds={charted} regressions={regressions} />
            </Suspense>
          )}
          <ul className={styles.list} aria-label="Earlier builds">
            {builds
              .filter((build) => !isRunning(build))
              .map((build) => (
                <li key={build.buildId} className={styles.past}>
                  <BuildCard build={build} regression={regressions.get(build.buildId)} />
                </li>
              ))}
          </ul>
        </>
      )}
    </div>
  );
}
