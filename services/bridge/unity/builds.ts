import { AppError, DependencyError, ValidationError } from '../../../shared/errors/index.ts';
import { parseAssetPath } from '../../../shared/domain/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { parseData, throwIfCancelled, type UnityCalls } from './calls.ts';
import type { UnityConsole } from './console.ts';
import { toUnityError } from './failures.ts';
import type { Editor } from './editor.ts';
import { buildStartedData, buildStatusData, type BuildStatusData } from './replies.ts';
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

type Seen =
  | { readonly kind: 'status'; readonly data: BuildStatusData }
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'lost' };

export function makeBuilds(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly console: UnityConsole;
  readonly editor: Pick<Editor, 'setBuilding' | 'status'>;
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

  /**
   * The job is unknown since a domain reload: Unity 6 still has the last report, older ones only console lines. A report
   * or line that was there before the build began, or that names another output, tells of another build.
   */
  async function findLost(job: FollowedJob, outputPath: string | null, signal: AbortSignal): Promise<Seen> {
    const last = await ask({}, signal);
    if (last.kind === 'silent') return last;
    if (last.kind === 'status' && isOurs(last.data, job, outputPath)) return last;
    const lines = (await buildLines(signal)).slice(job.linesBefore);
    const line = lines.findLast(
      ({ message }) => outputPath === null || !message.includes('succeeded:') || message.includes(outputPath),
    );
    if (line === undefined) return { kind: 'lost' };
    const result = line.message.includes('Build succeeded:') ? 'succeeded' : 'failed';
    return { kind: 'status', data: { result, error: result === 'failed' ? line.message : null } };
  }

  async function buildLines(signal: AbortSignal) {
    const lines = await console.read({ types: ['error', 'log'], count: 200, containing: '[MCP Build]' }, signal);
    return lines.filter(({ message }) => /\[MCP Build\].*Build (succeeded|failed):/.test(message));
  }

  /** What could be mistaken for this build's end later. */
  async function before(signal: AbortSignal): Promise<Pick<FollowedJob, 'reportBefore' | 'linesBefore'>> {
    const last = await ask({}, signal);
    return {
      reportBefore: last.kind === 'status' ? JSON.stringify(last.data) : null,
      linesBefore: (await buildLines(signal)).length,
    };
  }

  async function poll(job: FollowedJob, context: Parameters<Builds['run']>[1]): Promise<BuildStatus> {
    const { signal, onProgress } = context;
    const started = job.startedAtMs;
    let phase = 'scheduled';
    let { outputPath } = job;
    let awaySince: number | null = null;
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
        seen = await findLost(job, outputPath, signal);
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
      // A busy main thread answers nothing either, so only an editor that is not there at all is away.
      const isAway = seen.kind === 'silent' && ['server_away', 'no_editor'].includes(editor.status().kind);
      awaySince = isAway ? (awaySince ?? clock.now()) : null;
      if (awaySince !== null && clock.now() - awaySince > awayLimitMs) {
        const reason = 'Unity was closed during the build and did not come back; its end was not seen.';
        return { ...building(), state: 'failed', phase: 'lost', reason };
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
        const known = await before(context.signal);
        const startedAtMs = clock.now();
        const job = await start(args, context.signal);
        running = job.jobId;
        editor.setBuilding(true);
        return await poll({ ...job, ...known, startedAtMs, outputPath: null }, context);
      }),
    follow: (job, context) =>
      alone(job.jobId, async () => {
        editor.setBuilding(true);
        return await poll({ ...job, waitMs: pollMs ?? 5_000, reportBefore: null, linesBefore: 0 }, context);
      }),
  };
}

interface FollowedJob extends BuildJob {
  readonly waitMs: number;
  /** The last build's report before this one began, and the number of console lines about builds. */
  readonly reportBefore: string | null;
  readonly linesBefore: number;
}

/** A report without an id: it is this build's when it is new and nothing in it says otherwise. */
function isOurs(data: BuildStatusData, job: FollowedJob, outputPath: string | null): boolean {
  if (JSON.stringify(data) === job.reportBefore) return false;
  if (data.job_id != null && data.job_id !== job.jobId) return false;
  // Clocks of one machine; the report's time has a resolution of a second at worst.
  const startedAt = data.started_at == null ? Number.NaN : Date.parse(data.started_at);
  if (startedAt < job.startedAtMs - 2_000) return false;
  return outputPath === null || data.output_path == null || sameEnd(data.output_path, outputPath);
}

/** One of the paths may be absolute. */
const sameEnd = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((path) => path.replaceAll('\\', '/'));
  return a === b || (a ?? '').endsWith(`/${b ?? ''}`) || (b ?? '').endsWith(`/${a ?? ''}`);
};

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

/** Folders that Unity or the project itself fills; a player there would be imported, packed again or deleted. */
const reservedFolders = /^(assets|packages|projectsettings|usersettings|library|temp|obj|logs|captures|\.[^/]*)(\/|$)/i;

/** Inside the project, in a folder of its own; the same rules for names as for assets. */
function requireOutputPath(input: string): string {
  const path = input.trim().replace(/^\.\//, '');
  const parsed = parseAssetPath(`Assets/${path}`);
  const taken = reservedFolders.exec(path)?.[1];
  const refused =
    parsed.kind === 'refused'
      ? parsed.why
      : taken === undefined
        ? undefined
        : `inside ${taken}/, which is not for players; use Builds/`;
  if (refused === undefined) return path;
  throw new ValidationError(`The build cannot be written to ${JSON.stringify(input)}: ${refused}.`, [
    { path: 'outputPath', message: refused },
  ]);
}
