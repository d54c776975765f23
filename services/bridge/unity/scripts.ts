import { randomUUID } from 'node:crypto';
import type { CompileMessage, CompileResult } from '../../../shared/contracts/functions.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { UnityCalls } from './calls.ts';
import { throwIfCancelled } from './calls.ts';
import type { CallResult } from './translate.ts';
import type { CompileSeen, CompileWatch } from './compile.ts';
import { markCaused, type UnityConsole } from './console.ts';
import { requireAssetPath, type ProjectFiles } from './files.ts';
import type { Ledger } from './ledger.ts';
import type { Queue } from './queue.ts';
import { toTextEdits } from './textEdits.ts';
import type { CallContext, WriteOutcome, WritePlan } from './types.ts';

/**
 * Carries out a plan: the file must still be as planned, one write through the ledger, then the compile is followed and
 * the console read. Writes to one project run one after another, reads may come in between while Unity compiles. A write
 * that has been sent is seen through for some seconds even when the caller gives up, because Unity carries it out anyway.
 */
export interface Scripts {
  /**
   * Rejects with `stale_file` when the file is not as planned (data has the fresh text), `unity_unsettled` when the
   * outcome is unknown, `cancelled` when nothing was sent yet.
   */
  readonly write: (plan: WritePlan, context: CallContext) => Promise<WriteOutcome>;
}

const lingerMs = 5_000;

export function makeScripts(deps: {
  readonly calls: UnityCalls;
  readonly files: ProjectFiles;
  readonly ledger: Ledger;
  readonly compile: CompileWatch;
  readonly console: UnityConsole;
  /** Whole writes, one after another; not the queue of calls. */
  readonly writes: Queue;
  /** Aborted when the adapter closes. */
  readonly closing: AbortSignal;
}): Scripts {
  const { calls, files, ledger, compile, console, writes, closing } = deps;

  async function requireUnchanged(plan: WritePlan, signal: AbortSignal): Promise<void> {
    const now = await files.read(plan.path, signal);
    if ((now?.sha256 ?? null) === plan.sha256Before) return;
    const what = now === null ? 'was deleted' : plan.sha256Before === null ? 'was created' : 'was changed';
    throw new AppError('stale_file', `${plan.path} ${what} after this change was planned. Nothing was written.`, {
      data: {
        path: plan.path,
        expectedSha256: plan.sha256Before,
        currentSha256: now?.sha256 ?? null,
        contents: now?.text ?? null,
      },
    });
  }

  function send(plan: WritePlan, signal: AbortSignal): Promise<CallResult> {
    if (plan.before === null || plan.sha256Before === null) {
      return calls.attempt('create_script', { path: plan.path, contents: plan.after }, signal);
    }
    const args = {
      uri: plan.path,
      edits: toTextEdits(plan.before, plan.after),
      precondition_sha256: plan.sha256Before,
      options: { refresh: 'immediate' },
    };
    return calls.attempt('apply_text_edits', args, signal);
  }

  async function perform(plan: WritePlan, context: CallContext, queuedMs: number): Promise<WriteOutcome> {
    const { signal } = context;
    const timing = [{ step: 'queue', ms: queuedMs }];
    const timed = async <T>(step: string, work: Promise<T>): Promise<T> => {
      const started = performance.now();
      const value = await work;
      timing.push({ step, ms: Math.round(performance.now() - started) });
      return value;
    };

    const checked = (async () => {
      await requireUnchanged(plan, signal);
      return { state: await compile.beforeChange(signal), errors: await console.compileErrors(signal) };
    })();
    const before = await timed('check', checked);
    const outcome = (compiled: CompileResult): WriteOutcome => ({
      path: plan.path,
      sha256: plan.sha256After,
      created: plan.sha256Before === null,
      compile: compiled,
      timing,
    });
    if (plan.sha256Before === plan.sha256After)
      return outcome(toCompileResult({ kind: 'finished', durationMs: 0 }, markCaused(before.errors, before.errors)));

    throwIfCancelled(signal);
    const linger = lingering(signal, closing);
    try {
      const { path, sha256Before, sha256After, after } = plan;
      const { sessionId, callId } = context;
      const entry = {
        writeId: randomUUID(),
        sessionId,
        callId,
        path,
        sha256Before,
        sha256After,
        before: plan.before,
        after,
      };
      await timed(
        'unity',
        ledger.write(entry, (sendSignal) => send(plan, sendSignal), linger.signal),
      );
    } finally {
      linger.release();
    }

    const seen = await timed('compile', compile.afterChange(before.state, signal));
    try {
      const errors = markCaused(before.errors, await timed('console', console.compileErrors(signal)));
      return outcome(toCompileResult(seen, errors));
    } catch {
      // The file is written; that the console cannot be read now must not make this look like a failed write.
      return outcome({ status: 'unknown', errors: [], durationMs: seen.durationMs });
    }
  }

  return {
    async write(plan, context) {
      requireAssetPath(plan.path);
      const queued = performance.now();
      return await writes.run(() => perform(plan, context, Math.round(performance.now() - queued)), context.signal);
    },
  };
}

function toCompileResult(seen: CompileSeen, errors: CompileMessage[]): CompileResult {
  const status = errors.length > 0 ? 'errors' : seen.kind === 'finished' ? 'ok' : 'unknown';
  return { status, errors, durationMs: seen.durationMs };
}

/** A signal that follows `signal` only after a while, and `closing` at once. */
function lingering(signal: AbortSignal, closing: AbortSignal): { readonly signal: AbortSignal; release: () => void } {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    timer = setTimeout(() => late.abort(signal.reason), lingerMs);
  };
  signal.addEventListener('abort', arm, { once: true });
  return {
    signal: AbortSignal.any([late.signal, closing]),
    release() {
      clearTimeout(timer);
      signal.removeEventListener('abort', arm);
    },
  };
}
