import { FolderOpen, SquareTerminal, TrendingUp } from 'lucide-react';
import type { BuildView } from '../../../shared/contracts/api/index.ts';
import type { Regression } from '../../../shared/domain/index.ts';
import { Dot, type DotTone } from '../../components/Dot.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { countOf, formatAge, formatBytes, formatDuration, formatElapsed, formatSizeChange } from '../../lib/format.ts';
import { cx } from '../../lib/cx.ts';
import { useElapsed, useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { showPanel, WindowContext } from '../../lib/windowStore.ts';
import { ConsoleContext } from '../console/index.ts';
import { BuildContext } from './buildStore.ts';
import { progressOf } from './estimate.ts';
import { isLost, isRunning } from './merge.ts';
import { targetNames } from '../../lib/buildTargets.ts';
import styles from './Build.module.css';

const tones: Readonly<Record<BuildView['state'], DotTone>> = {
  starting: 'busy',
  building: 'busy',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'off',
};
const words: Readonly<Record<BuildView['state'], string>> = {
  starting: 'started',
  building: 'building',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

export interface BuildCardProps {
  readonly build: BuildView;
  /** How it is worse than those before it. */
  readonly regression?: Regression | undefined;
}

/** A build: phase and time while it runs, result and size afterwards. */
export function BuildCard({ build, regression }: BuildCardProps) {
  const running = isRunning(build);
  const elapsed = useElapsed(build.elapsedMs, running);
  const now = useNow(!running, 60_000);
  const progress = progressOf(elapsed, build.estimateMs);
  return (
    <article className={styles.card} aria-label={`Build for ${targetNames[build.target]}`} data-testid="build-card">
      <div className={styles.head}>
        <Dot tone={isLost(build) ? 'warn' : tones[build.state]} />
        <h3>{targetNames[build.target]}</h3>
        <span role="status">{isLost(build) ? 'outcome not known' : words[build.state]}</span>
        <span className={styles.time}>{running ? formatElapsed(elapsed) : formatDuration(elapsed)}</span>
      </div>
      {running ? (
        <>
          <Bar percent={progress.percent} />
          <p className={styles.quiet}>
            {build.phase === '' ? 'waiting for Unity' : safeText(build.phase)}
            {' · '}
            {progress.words}
          </p>
        </>
      ) : (
        <Outcome build={build} age={formatAge(build.startedAt, now)} />
      )}
      <Worse regression={regression} />
      <Actions build={build} />
    </article>
  );
}

/** How far by the usual time: an estimate, never full before the end. Without history it only says "running". */
function Bar({ percent }: { readonly percent: number | null }) {
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={percent === null ? 'The build is running' : 'Build progress, estimated'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
    >
      <span
        className={cx(styles.fill, percent === null && styles.unknown)}
        style={percent === null ? undefined : { inlineSize: `${percent}%` }}
      />
    </div>
  );
}

function Outcome({ build, age }: { readonly build: BuildView; readonly age: string }) {
  const { sizeBytes, previousSizeBytes, warnings, errors, reason, outputPath, development } = build;
  const facts = [
    age,
    sizeBytes === null ? null : formatBytes(sizeBytes),
    sizeBytes === null || previousSizeBytes === null
      ? null
      : `${formatSizeChange(sizeBytes, previousSizeBytes)} to the last`,
    development ? 'development' : null,
    errors > 0 ? countOf(errors, 'error') : null,
    warnings > 0 ? countOf(warnings, 'warning') : null,
  ].filter((fact) => fact !== null);
  return (
    <>
      {reason === null ? null : (
        <p className={build.state === 'failed' && !isLost(build) ? styles.reason : styles.quiet}>{safeText(reason)}</p>
      )}
      <p className={styles.quiet}>{facts.join(' · ')}</p>
      {outputPath === null ? null : <p className={styles.output}>{safeText(outputPath)}</p>}
    </>
  );
}

function Worse({ regression }: { readonly regression: Regression | undefined }) {
  if (regression === undefined) return null;
  const { size, time } = regression;
  const facts = [
    size === undefined ? null : `larger than the last: ${formatSizeChange(size.now, size.before)}`,
    time === undefined
      ? null
      : `slower than usual: ${formatDuration(time.now)} instead of ${formatDuration(time.usual)}`,
  ];
  return (
    <p className={styles.worse}>
      <TrendingUp aria-hidden="true" />
      {facts.filter((fact) => fact !== null).join(' · ')}
    </p>
  );
}

function Actions({ build }: BuildCardProps) {
  const { buildId, callId, outputPath, state } = build;
  const shown = BuildContext.use((all) => (all.shown?.buildId === buildId ? all.shown.words : null));
  const { reveal } = BuildContext.useHandle();
  const { store } = WindowContext.useHandle();
  const console = ConsoleContext.useHandle();
  if (isRunning(build)) return null;
  return (
    <div className={styles.actions}>
      {outputPath === null || state !== 'succeeded' ? null : (
        <IconButton label="Show the output" icon={FolderOpen} onClick={() => void reveal(buildId)} />
      )}
      {callId === null ? null : (
        <IconButton
          label="Console lines of this build"
          icon={SquareTerminal}
          onClick={() => {
            console.store.setState({ callId, clearedBefore: 0, text: '' });
            showPanel(store, 'console');
          }}
        />
      )}
      {shown === null ? null : (
        <span role="status" className={styles.shown}>
          {safeText(shown)}
        </span>
      )}
    </div>
  );
}
