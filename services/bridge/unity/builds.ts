import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { makeBuildEvidence } from './buildEvidence.ts';
import { requireInsideProject, requireOutputPath } from './buildOutput.ts';
import { parseData, throwIfCancelled, type UnityCalls } from './calls.ts';
import type { UnityConsole } from './console.ts';
import { toUnityError } from './failures.ts';
import type { Editor } from './editor.ts';
import type { ProjectFiles } from './files.ts';
import { buildStartedData, type BuildStatusData } from './replies.ts';
import type { BuildJob, BuildStatus, BuildTarget, CallContext } from './types.ts';

/**
 * Player builds. A build blocks Unity's main thread, so while it runs most questions time out: that is "still building",
 * not a failure, and only this place asks. Unity keeps its jobs in memory; after a domain reload the job is unknown and
 * the last build's report, then the console, is asked instead. There is no percentage anywhere.
 */
export interface Builds {
  /**
   * Resolves with the last status, a failed build included. Rejects with `unity_busy` while another build runs, with
   * Unity's refusal (`unity_rejected`), or `cancelled`: the build itself goes on then, Unity cannot cancel one.
   */
  readonly run: (
    args: { target: BuildTarget; development: boolean; outputPath?: string | undefined },
    context: CallContext & { readonly onProgress: (status: BuildStatus) => void },
  ) => Promise<BuildStatus>;
  /** Follows a build that an earlier run, or a cancelled call, left. Resolves and rejects like `run`. */
  readonly follow: (
    job: BuildJob,
    context: CallContext & { readonly onProgress: (status: BuildStatus) => void },
  ) => Promise<BuildStatus>;
}

/** Unity that is closed for this long will not tell the end of a build any more. */
const awayLimitMs = 15 * 60_000;

export function makeBuilds(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly console: Pick<UnityConsole, 'read'>;
  readonly files: Pick<ProjectFiles, 'root'>;
  readonly editor: Pick<Editor, 'setBuilding' | 'status'>;
  readonly logger: Logger;
  readonly clock: { readonly now: () => number };
  /** Overrides the interval that the server asks for (5 s). */
  readonly pollMs?: number | undefined;
}): Builds {
  const { calls, files, editor, logger, clock, pollMs } = deps;
  const evidence = makeBuildEvidence(deps);
  let running: string | undefined;

  async function start(
    args: Parameters<Builds['run']>[0],
    signal: AbortSignal,
  ): Promise<{ jobId: string; waitMs: number }> {
    const output = args.outputPath === undefined ? {} : { output_path: args.outputPath };
    // Every value is a string: the server refuses a JSON boolean.
    const wire = { action: 'build', target: args.target, development: String(args.development), ...output };
    const reply = await calls.attempt('manage_build', wire, signal);
    if (reply.kind === 'may_have_run' || (reply.kind === 'server_gone' && reply.sent))
      throw startUnknown(reply.message);
    if (reply.kind !== 'reply') throw toUnityError(reply, { tool: 'manage_build', write: true });
    const { job_id: jobId } = parseData(buildStartedData, reply, 'manage_build');
    return { jobId, waitMs: pollMs ?? (reply.body._mcp_poll_interval ?? 5) * 1000 };
  }

  async function poll(job: FollowedJob, context: Parameters<Builds['run']>[1]): Promise<BuildStatus> {
    const { signal, onProgress } = context;
    const started = job.startedAtMs;
    let phase = 'scheduled';
    let { outputPath } = job;
    let awaySince: number | null = null;
    const building = (): BuildStatus => ({
      jobId: job.jobId,
      ...(job.before === undefined ? {} : { before: job.before }),
      state: 'building',
      phase,
      elapsedMs: Math.round(clock.now() - started),
      outputPath,
      sizeBytes: null,
      warnings: 0,
      errors: 0,
      reason: null,
    });
    onProgress(building());
    for (;;) {
      await waitMs(job.waitMs, signal);
      throwIfCancelled(signal);
      let seen = await evidence.ofJob(job.jobId, signal);
      if (seen.kind === 'lost') {
        logger.info({ jobId: job.jobId }, 'Unity does not know the build any more; asking for the last one');
        seen = await evidence.ofLostJob(job, outputPath, signal);
      }
      throwIfCancelled(signal);
      if (seen.kind === 'lost') {
        return lost(building(), 'Unity restarted or reloaded its scripts, and kept no report of this build');
      }
      if (seen.kind === 'status') {
        outputPath = seen.data.output_path ?? outputPath;
        const last = toLastStatus(seen.data, building());
        if (last !== undefined) {
          onProgress(last);
          return last;
        }
      }
      // A busy main thread answers nothing either, so only an editor that is not there at all is away.
      const isAway = seen.kind === 'silent' && ['server_away', 'no_editor'].includes(editor.status().kind);
      awaySince = isAway ? (awaySince ?? clock.now()) : null;
      if (awaySince !== null && clock.now() - awaySince > awayLimitMs) {
        return lost(building(), 'Unity was closed during the build and did not come back');
      }
      phase = seen.kind === 'silent' ? (isAway ? 'Unity is away' : 'building') : seen.data.result;
      onProgress(building());
    }
  }

  /** One build at a time: of this editor, whoever started it. */
  async function alone(name: string, work: () => Promise<BuildStatus>): Promise<BuildStatus> {
    if (running !== undefined) {
      throw new AppError('unity_busy', 'A build is running in this editor. Wait for it to end.', {
        data: { jobId: running },
      });
    }
    running = name;
    try {
      return await work();
    } finally {
      running = undefined;
      editor.setBuilding(false);
    }
  }

  return {
    run: (args, context) =>
      alone('starting', async () => {
        const { signal } = context;
        const outputPath = args.outputPath === undefined ? undefined : requireOutputPath(args.outputPath);
        const root = await files.root(signal);
        if (root !== null) await requireInsideProject(root, outputPath);
        const before = await evidence.before(signal);
        const startedAtMs = clock.now();
        const job = await start({ ...args, outputPath }, signal);
        running = job.jobId;
        editor.setBuilding(true);
        return await poll({ ...job, before, startedAtMs, outputPath: outputPath ?? null }, context);
      }),
    follow: (job, context) =>
      alone(job.jobId, async () => {
        editor.setBuilding(true);
        return await poll({ ...job, waitMs: pollMs ?? 5_000 }, context);
      }),
  };
}

interface FollowedJob extends BuildJob {
  readonly waitMs: number;
}

/** Neither success nor failure was proven; a person finds out where Unity leaves its traces. */
const lost = (build: BuildStatus, why: string): BuildStatus => ({
  ...build,
  state: 'failed',
  phase: 'lost',
  reason: `Outcome not known: ${why}. Look at ${build.outputPath ?? 'the build folder'} and at Unity's Editor.log before you build again.`,
});

/** No job id came, so nobody can follow it; asking again could start a second one. */
const startUnknown = (why: string): DependencyError =>
  new DependencyError(
    'unity_failed',
    'Unity did not confirm the start of the build, so it may be running. Look at Unity before you ask for it again.',
    { retryable: false, data: { tool: 'manage_build', unity: why } },
  );

function toLastStatus(data: BuildStatusData, current: BuildStatus): BuildStatus | undefined {
  const { result } = data;
  if (result !== 'succeeded' && result !== 'failed' && result !== 'cancelled' && result !== 'skipped') return undefined;
  const failed = result === 'failed';
  return {
    ...current,
    state: result === 'skipped' ? 'cancelled' : result,
    phase: 'done',
    elapsedMs: data.duration_seconds == null ? current.elapsedMs : Math.round(data.duration_seconds * 1000),
    outputPath: data.output_path ?? current.outputPath,
    sizeBytes: data.total_size_mb == null ? null : Math.round(data.total_size_mb * 1024 * 1024),
    warnings: data.warnings ?? 0,
    errors: data.errors ?? (failed ? 1 : 0),
    reason: data.error ?? (failed ? 'Unity gave no reason; see the console.' : null),
  };
}
