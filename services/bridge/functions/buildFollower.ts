import type { AnyEventBody, BuildView, SparkEvent } from '../../../shared/contracts/index.ts';
import type { JournalTables } from '../journal/index.ts';
import type { BuildStatus } from '../unity/types.ts';
import type { Push } from './types.ts';

/**
 * Keeps a build's row, its events and the window's clock going while Unity builds: in the call that started it, and
 * again after a restart or a cancelled call.
 */
export interface BuildFollower {
  readonly view: () => BuildView;
  readonly progress: (status: BuildStatus) => void;
  /** The last status; nothing is kept yet. */
  readonly end: (status: BuildStatus) => BuildView;
  /** The end without a status of Unity's; kept at once. */
  readonly fail: (reason: string) => void;
  readonly stop: () => void;
}

export interface BuildFollowerOptions {
  readonly journal: JournalTables;
  readonly push: Push;
  readonly now: () => string;
  readonly build: BuildView;
}

const tickMs = 1_000;
/** Progress is an event when the phase changes, and at most this often in between. */
const progressEventMs = 5_000;

export function followBuild({ journal, push, now, build: first }: BuildFollowerOptions): BuildFollower {
  let build = first;
  // A build that is followed again has gone on since it began.
  const startedMs = performance.now() - Math.max(0, Date.parse(now()) - Date.parse(first.startedAt));
  let lastEventMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  const show = (): void => {
    push({ name: 'build.changed', payload: { build } });
  };
  const tick = setInterval(() => {
    build = { ...build, elapsedMs: elapsedMs() };
    show();
  }, tickMs);

  function apply(status: BuildStatus): void {
    build = {
      ...build,
      state: status.state,
      phase: status.phase,
      elapsedMs: Math.max(status.elapsedMs, elapsedMs()),
      outputPath: status.outputPath ?? build.outputPath,
      sizeBytes: status.sizeBytes,
      warnings: status.warnings,
      errors: status.errors,
      reason: status.reason,
    };
  }

  return {
    view: () => build,
    stop: () => {
      clearInterval(tick);
    },
    progress(status) {
      if (status.state !== 'building') return;
      const phaseChanged = status.phase !== build.phase || build.state === 'starting';
      apply(status);
      const isTime = performance.now() - lastEventMs >= progressEventMs;
      if (phaseChanged || isTime) {
        lastEventMs = performance.now();
        journal.transact(() => {
          journal.builds.setJob(build.buildId, status.jobId, status.before);
          journal.builds.update(build);
          journal.outbox.append(build.sessionId, {
            type: 'build.unity.progress',
            ...factsOf(journal, build),
            elapsedMs: build.elapsedMs,
            phase: build.phase.slice(0, 64),
            ...(build.estimateMs === null ? {} : { estimateMs: build.estimateMs }),
          });
        });
      }
      show();
    },
    end(status) {
      apply(status);
      build = { ...build, completedAt: now() };
      return build;
    },
    fail(reason) {
      build = { ...build, state: 'failed', reason, elapsedMs: elapsedMs(), completedAt: now() };
      journal.transact(() => {
        keepBuildEnd(journal, build);
      });
      show();
    },
  };
}

/** The row and the event of a build's end; call it inside a transaction. */
export function keepBuildEnd(journal: JournalTables, build: BuildView): SparkEvent {
  journal.builds.update(build);
  const end = {
    ...factsOf(journal, build),
    elapsedMs: build.elapsedMs,
    durationMs: build.elapsedMs,
    ...(build.sizeBytes === null ? {} : { sizeBytes: Math.round(build.sizeBytes) }),
    warnings: build.warnings,
    errors: build.errors,
  };
  const body: AnyEventBody =
    build.state === 'succeeded'
      ? { type: 'build.unity.completed', ...end }
      : { type: 'build.unity.failed', ...end, reason: (build.reason ?? `The build ${build.state}.`).slice(0, 4_096) };
  return journal.outbox.append(build.sessionId, body);
}

/** What every event of a build carries. */
export function factsOf(journal: JournalTables, build: BuildView) {
  const jobId = journal.builds.jobOf(build.buildId);
  return {
    ...(build.callId === null ? {} : { callId: build.callId }),
    buildId: build.buildId,
    target: build.target,
    ...(jobId === null ? {} : { jobId: jobId.slice(0, 128) }),
    ...(build.outputPath === null ? {} : { outputPath: build.outputPath }),
  };
}
