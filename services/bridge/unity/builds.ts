import { AppError, DependencyError, ValidationError } from '../../../shared/errors/index.ts';
import { parseAssetPath } from '../../../shared/domain/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { parseData, throwIfCancelled, type UnityCalls } from './calls.ts';
import type { UnityConsole } from './console.ts';
import { toUnityError } from './failures.ts';
import type { Editor } from './editor.ts';
import { buildStartedData, buildStatusData, type BuildStatusData } from './replies.ts';
import type { BuildStatus, BuildTarget, CallContext } from './types.ts';

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
}

type Seen =
  | { readonly kind: 'status'; readonly data: BuildStatusData }
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'lost' };

export function makeBuilds(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly console: UnityConsole;
  readonly editor: Pick<Editor, 'setBuilding'>;
  readonly logger: Logger;
  readonly clock: { readonly now: () => number };
  /** Overrides the interval that the server asks for (5 s). */
  readonly pollMs?: number | undefined;
}): Builds {
  const { calls, console, editor, logger, clock, pollMs } = deps;
  let running: string | undefined;

  async function start(
    args: Parameters<Builds['run']>[0],
    signal: AbortSignal,
  ): Promise<{ jobId: string; waitMs: number }> {
    const output = args.outputPath === undefined ? {} : { output_path: requireOutputPath(args.outputPath) };
    // Every value is a string: the server refuses a JSON boolean.
    const wire = { action: 'build', target: args.target, development: String(args.development), ...output };
    const reply = await calls.attempt('manage_build', wire, signal);
    if (reply.kind === 'may_have_run' || (reply.kind === 'server_gone' && reply.sent))
      throw startUnknown(reply.message);
    if (reply.kind !== 'reply') throw toUnityError(reply, { tool: 'manage_build', write: true });
    const { job_id: jobId } = parseData(buildStartedData, reply, 'manage_build');
    return { jobId, waitMs: pollMs ?? (reply.body._mcp_poll_interval ?? 5) * 1000 };
  }

  async function ask(args: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Seen> {
    const reply = await calls.attempt('manage_build', { action: 'status', ...args }, signal).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'cancelled') throw error;
      return error instanceof Error ? error : new Error(String(error));
    });
    if (reply instanceof Error) return { kind: 'silent', why: reply.message };
    if (reply.kind === 'reply') {
      const parsed = buildStatusData.safeParse(reply.body.data);
      return parsed.success ? { kind: 'status', data: parsed.data } : { kind: 'lost' };
    }
    return reply.kind === 'failed' ? { kind: 'lost' } : { kind: 'silent', why: reply.message };
  }

  /** The job is unknown since a domain reload: Unity 6 still has the last report, older ones only console lines. */
  async function findLost(signal: AbortSignal): Promise<Seen> {
    const last = await ask({}, signal);
    if (last.kind !== 'lost') return last;
    const lines = await console.read({ types: ['error', 'log'], count: 100 }, signal);
    const line = lines.findLast(({ message }) => /\[MCP Build\].*Build (succeeded|failed):/.test(message));
    if (line === undefined) return last;
    const result = line.message.includes('Build succeeded:') ? 'succeeded' : 'failed';
    return { kind: 'status', data: { result, error: result === 'failed' ? line.message : null } };
  }

  async function follow(
    job: { readonly jobId: string; readonly waitMs: number },
    started: number,
    context: Parameters<Builds['run']>[1],
  ): Promise<BuildStatus> {
    const { signal, onProgress } = context;
    let phase = 'scheduled';
    let outputPath: string | null = null;
    const building = (): BuildStatus => ({
      jobId: job.jobId,
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
      let seen = await ask({ job_id: job.jobId }, signal);
      if (seen.kind === 'lost') {
        logger.info({ jobId: job.jobId }, 'Unity does not know the build any more; asking for the last one');
        seen = await findLost(signal);
      }
      throwIfCancelled(signal);
      if (seen.kind === 'lost') {
        const reason = 'Unity restarted or reloaded during the build and kept no report of it.';
        return { ...building(), state: 'failed', phase: 'lost', reason };
      }
      if (seen.kind === 'status') {
        outputPath = seen.data.output_path ?? outputPath;
        const last = toLastStatus(seen.data, building());
        if (last !== undefined) {
          onProgress(last);
          return last;
        }
      }
      phase = seen.kind === 'silent' ? 'building' : seen.data.result;
      onProgress(building());
    }
  }

  return {
    async run(args, context) {
      if (running !== undefined) {
        throw new AppError('unity_busy', 'A build is running in this editor. Wait for it to end.', {
          data: { jobId: running },
        });
      }
      running = 'starting';
      try {
        const started = clock.now();
        const job = await start(args, context.signal);
        running = job.jobId;
        editor.setBuilding(true);
        return await follow(job, started, context);
      } finally {
        running = undefined;
        editor.setBuilding(false);
      }
    },
  };
}

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

/** Inside the project, outside `Assets/`; the same rules for names as for assets. */
function requireOutputPath(input: string): string {
  const path = input.trim().replace(/^\.\//, '');
  const parsed = parseAssetPath(`Assets/${path}`);
  const refused = parsed.kind === 'refused' ? parsed.why : /^assets(\/|$)/i.test(path) ? 'inside Assets/' : undefined;
  if (refused === undefined) return path;
  throw new ValidationError(`The build cannot be written to ${JSON.stringify(input)}: ${refused}.`, [
    { path: 'outputPath', message: refused },
  ]);
}
