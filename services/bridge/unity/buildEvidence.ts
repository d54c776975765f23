import { AppError } from '../../../shared/errors/index.ts';
import type { UnityCalls } from './calls.ts';
import type { UnityConsole } from './console.ts';
import { buildStatusData, type BuildStatusData } from './replies.ts';
import type { BuildBefore, BuildJob } from './types.ts';

/**
 * What Unity can tell of a build: by its job while the plugin knows it, and after a domain reload or a restart by the
 * last build's report (Unity 6) or a console line. A report or line that was there before the build began, or that names
 * another output, tells of another build; what cannot be told apart proves nothing.
 */
export interface BuildEvidence {
  /** What could be mistaken for the end of a build that begins now. */
  readonly before: (signal: AbortSignal) => Promise<BuildBefore>;
  /** Rejects with `cancelled` only. */
  readonly ofJob: (jobId: string, signal: AbortSignal) => Promise<BuildSeen>;
  /** Of a job that the plugin does not know any more; `lost` when nothing proves how it ended. */
  readonly ofLostJob: (job: BuildJob, outputPath: string | null, signal: AbortSignal) => Promise<BuildSeen>;
}

export type BuildSeen =
  | { readonly kind: 'status'; readonly data: BuildStatusData }
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'lost' };

const buildLine = /\[MCP Build\].*Build (succeeded|failed):/;

export function makeBuildEvidence(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly console: Pick<UnityConsole, 'read'>;
}): BuildEvidence {
  const { calls, console } = deps;

  async function ask(args: Readonly<Record<string, string>>, signal: AbortSignal): Promise<BuildSeen> {
    const reply = await calls.attempt('manage_build', { action: 'status', ...args }, signal).catch(unlessCancelled);
    if (reply instanceof Error) return { kind: 'silent', why: reply.message };
    if (reply.kind === 'reply') {
      const parsed = buildStatusData.safeParse(reply.body.data);
      return parsed.success ? { kind: 'status', data: parsed.data } : { kind: 'lost' };
    }
    return reply.kind === 'failed' ? { kind: 'lost' } : { kind: 'silent', why: reply.message };
  }

  async function lines(signal: AbortSignal): Promise<string[]> {
    const read = await console.read({ types: ['error', 'log'], count: 200, containing: '[MCP Build]' }, signal);
    return read.map(({ message }) => message).filter((message) => buildLine.test(message));
  }

  return {
    async before(signal) {
      const last = await ask({}, signal);
      const report = last.kind === 'status' ? JSON.stringify(last.data) : null;
      return { report, lines: (await lines(signal)).length };
    },
    ofJob: (jobId, signal) => ask({ job_id: jobId }, signal),
    async ofLostJob(job, outputPath, signal) {
      const last = await ask({}, signal);
      if (last.kind === 'silent') return last;
      if (last.kind === 'status' && isOurs(last.data, job, outputPath)) return last;
      if (job.before === undefined) return { kind: 'lost' };
      const read = await lines(signal).catch(unlessCancelled);
      if (read instanceof Error) return { kind: 'silent', why: read.message };
      const line = read
        .slice(job.before.lines)
        .findLast((text) => outputPath === null || !text.includes('succeeded:') || text.includes(outputPath));
      if (line === undefined) return { kind: 'lost' };
      const isSuccess = line.includes('Build succeeded:');
      return {
        kind: 'status',
        data: { result: isSuccess ? 'succeeded' : 'failed', error: isSuccess ? null : line },
      };
    },
  };
}

function unlessCancelled(error: unknown): Error {
  if (error instanceof AppError && error.code === 'cancelled') throw error;
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * Whether a report tells of this build: it names its job, or began after it, or is another one than before it began; and
 * nothing in it says otherwise.
 */
function isOurs(data: BuildStatusData, job: BuildJob, outputPath: string | null): boolean {
  if (data.job_id === job.jobId) return true;
  if (data.job_id != null || JSON.stringify(data) === job.before?.report) return false;
  // Clocks of one machine; the report's time has a resolution of a second at worst.
  const startedAt = data.started_at == null ? Number.NaN : Date.parse(data.started_at);
  if (startedAt < job.startedAtMs - 2_000) return false;
  if (Number.isNaN(startedAt) && job.before === undefined) return false;
  return outputPath === null || data.output_path == null || sameEnd(data.output_path, outputPath);
}

/** One of the paths may be absolute. */
const sameEnd = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((path) => path.replaceAll('\\', '/'));
  return a === b || (a ?? '').endsWith(`/${b ?? ''}`) || (b ?? '').endsWith(`/${a ?? ''}`);
};
