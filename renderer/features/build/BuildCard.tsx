import type { BuildView } from '../../../shared/contracts/api/index.ts';
import { Dot, type DotTone } from '../../components/Dot.tsx';
import { countOf, formatBytes, formatDuration, formatElapsed, formatSizeChange } from '../../lib/format.ts';
import { cx } from '../../lib/cx.ts';
import { useElapsed } from '../../lib/hooks.ts';
import { targetNames } from './buildStore.ts';
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

/** The bridge could not find out how it ended. */
const isLost = (build: BuildView): boolean => build.state === 'failed' && build.phase === 'lost';

/** A build: phase and time while it runs, result and size afterwards. */
export function BuildCard({ build }: { readonly build: BuildView }) {
  const running = build.state === 'starting' || build.state === 'building';
  const elapsed = useElapsed(build.elapsedMs, running);
  const { estimateMs } = build;
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
          <Bar elapsedMs={elapsed} estimateMs={estimateMs} />
          <p className={styles.quiet}>
            {build.phase === '' ? 'waiting for Unity' : build.phase}
            {' · '}
            {estimateMs === null ? 'time unknown: first build of this target' : `usually ${formatDuration(estimateMs)}`}
          </p>
        </>
      ) : (
        <Outcome build={build} />
      )}
    </article>
  );
}

/** How far by the usual time: an estimate, never full before the end. Without history it only says "running". */
function Bar({ elapsedMs, estimateMs }: { readonly elapsedMs: number; readonly estimateMs: number | null }) {
  const known = estimateMs !== null && estimateMs > 0;
  const percent = known ? Math.min(97, Math.round((elapsedMs / estimateMs) * 100)) : undefined;
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={known ? 'Build progress, estimated' : 'The build is running'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span
        className={cx(styles.fill, !known && styles.unknown)}
        style={percent === undefined ? undefined : { inlineSize: `${percent}%` }}
      />
    </div>
  );
}

function Outcome({ build }: { readonly build: BuildView }) {
  const { sizeBytes, previousSizeBytes, warnings, errors, reason, outputPath, development } = build;
  const facts = [
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
        <p className={build.state === 'failed' && !isLost(build) ? styles.reason : styles.quiet}>{reason}</p>
      )}
      {facts.length === 0 ? null : <p className={styles.quiet}>{facts.join(' · ')}</p>}
      {outputPath === null ? null : <p className={styles.output}>{outputPath}</p>}
    </>
  );
}
