import { randomUUID } from 'node:crypto';
import type { CompileMessage, CompileResult } from '../../../shared/contracts/functions.ts';
import { AppError, InvariantError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { inWritingOrder, writeAllOrNone, type AllOrNone } from './allOrNone.ts';
import type { UnityCalls } from './calls.ts';
import { throwIfCancelled } from './calls.ts';
import type { CompileSeen, CompileWatch } from './compile.ts';
import { markCaused, type UnityConsole } from './console.ts';
import { requireAssetPath, type ProjectFiles } from './files.ts';
import type { Ledger, Sent } from './ledger.ts';
import type { SendDelete } from './sendDelete.ts';
import type { Queue } from './queue.ts';
import { requireEdits, type FindEdits } from './textEdits.ts';
import type { CallContext, PatchesOutcome, WriteOutcome, WritePlan } from './types.ts';
import { makeWholeFiles } from './wholeFiles.ts';
import { makeWriteSets, type WriteSets } from './writeSets.ts';
import type { FileVersions, WriteSetStore } from './writeSetTypes.ts';

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
  /**
   * Several files as one change with one compile: all or none, `unity_unsettled` while it is neither. Rejects like `write`
   * when nothing is changed.
   */
  readonly writeAll: (plans: readonly WritePlan[], context: CallContext) => Promise<PatchesOutcome>;
  /** Finishes what an earlier run, or a lost connection, left in the middle. */
  readonly sets: Pick<WriteSets, 'settleOpen' | 'isUnsettled'>;
}

const lingerMs = 5_000;

export function makeScripts(deps: {
  readonly calls: UnityCalls;
  readonly sendDelete: SendDelete;
  readonly files: ProjectFiles;
  readonly findEdits: FindEdits;
  readonly ledger: Ledger;
  readonly compile: CompileWatch;
  readonly console: UnityConsole;
  /** Whole writes, one after another; not the queue of calls. */
  readonly writes: Queue;
  /** Aborted when the adapter closes. */
  readonly closing: AbortSignal;
  readonly sets: WriteSetStore;
  /** Whether what a session has written lies in the project that is open. */
  readonly isHere: (sessionId: string) => boolean;
  /** Runs work as part of a session, whose project it may not leave. */
  readonly asSession: <T>(sessionId: string, work: () => Promise<T>) => Promise<T>;
  readonly logger: Logger;
}): Scripts {
  const { calls, files, findEdits, ledger, compile, console, writes, closing, isHere, asSession, logger } = deps;
  const sets = makeWriteSets({
    store: deps.sets,
    ledger,
    files,
    putBack: (file, set) => asSession(set.sessionId, () => putBack(file, set)),
    isHere,
    logger,
  });

  const wholeFiles = makeWholeFiles({ calls, files, logger });

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

  async function send(plan: FileVersions, signal: AbortSignal, refresh: boolean): Promise<Sent> {
    const { path, before, after, sha256Before } = plan;
    if (before === null || sha256Before === null) {
      return await calls.attempt('create_script', { path, contents: after }, signal);
    }
    const canWriteWhole = (await files.root(signal)) !== null;
    const isMarked = canWriteWhole && (await files.read(path, signal))?.encoding !== undefined;
    const found = isMarked ? null : await findEdits(before, after);
    // What Unity would refuse to edit can be written whole.
    if (found === null || (found.kind === 'refused' && canWriteWhole))
      return await wholeFiles.write(plan, refresh, signal);
    const args = {
      uri: path,
      edits: requireEdits(found),
      precondition_sha256: sha256Before,
      // "syntax": a Unity with Roslyn would else reformat the whole file, and what is written were not what was planned.
      options: { validate: 'syntax', ...(refresh ? { refresh: 'immediate' } : {}) },
    };
    return await calls.attempt('apply_text_edits', args, signal);
  }

  /** One write through the ledger. */
  async function carry(plan: FileVersions, context: Owner, signal: AbortSignal, refresh = true): Promise<void> {
    const { path, before, after, sha256Before, sha256After } = plan;
    const { sessionId, callId } = context;
    const entry = { writeId: randomUUID(), sessionId, callId, path, sha256Before, sha256After, before, after };
    await ledger.write(entry, (sendSignal) => send(plan, sendSignal, refresh), signal);
  }

  async function putBack(plan: FileVersions, context: Owner): Promise<void> {
    const { path, before, after, sha256Before, sha256After } = plan;
    const now = await files.read(path, closing);
    if (now?.sha256 !== sha256After) throw new AppError('stale_file', 'somebody else changed it');
    if (before !== null && sha256Before !== null) {
      const back = { ...plan, before: after, after: before, sha256Before: sha256After, sha256After: sha256Before };
      return await carry(back, context, closing);
    }
    const { sessionId, callId } = context;
    const entry = { writeId: randomUUID(), sessionId, callId, path, before: after, sha256Before: sha256After };
    await ledger.write(
      { ...entry, after: null, sha256After: null },
      (signal) => deps.sendDelete({ path, sha256Before: sha256After }, signal),
      closing,
    );
  }

  async function perform(
    plans: readonly WritePlan[],
    context: CallContext,
    queuedMs: number,
    write: (plans: readonly WritePlan[], signal: AbortSignal) => Promise<AllOrNone>,
  ): Promise<PatchesOutcome> {
    const { signal } = context;
    const timing = [{ step: 'queue', ms: queuedMs }];
    const timed = async <T>(step: string, work: Promise<T>): Promise<T> => {
      const started = performance.now();
      const value = await work;
      timing.push({ step, ms: Math.round(performance.now() - started) });
      return value;
    };

    const checked = (async () => {
      await sets.settleEarlier(signal);
      for (const plan of plans) await requireUnchanged(plan, signal);
      return { state: await compile.beforeChange(signal), errors: await console.compileErrors(signal) };
    })();
    const before = await timed('check', checked);
    const applied = (compiled: CompileResult): PatchesOutcome => ({
      kind: 'applied',
      outcomes: plans.map(({ path, sha256After, sha256Before }) => ({
        path,
        sha256: sha256After,
        created: sha256Before === null,
        compile: compiled,
        timing,
      })),
    });
    const changed = plans.filter(({ sha256Before, sha256After }) => sha256Before !== sha256After);
    if (changed.length === 0)
      return applied(toCompileResult({ kind: 'finished', durationMs: 0 }, markCaused(before.errors, before.errors)));

    throwIfCancelled(signal);
    const linger = lingering(signal, closing);
    let outcome: AllOrNone;
    try {
      outcome = await timed('unity', write(changed, linger.signal));
    } finally {
      linger.release();
    }
    if (outcome.kind === 'partial') return outcome;

    const seen = await timed('compile', compile.afterChange(before.state, signal));
    try {
      const errors = markCaused(before.errors, await timed('console', console.compileErrors(signal)));
      return applied(toCompileResult(seen, errors));
    } catch {
      // The file is written; that the console cannot be read now must not make this look like a failed write.
      return applied({ status: 'unknown', errors: [], durationMs: seen.durationMs });
    }
  }

  /** Whole changes one after another, however many files each has. */
  async function queued(
    plans: readonly WritePlan[],
    context: CallContext,
    write: (plans: readonly WritePlan[], signal: AbortSignal) => Promise<AllOrNone>,
  ): Promise<PatchesOutcome> {
    for (const { path } of plans) requireAssetPath(path);
    const since = performance.now();
    return await writes.run(
      () => perform(plans, context, Math.round(performance.now() - since), write),
      context.signal,
    );
  }

  return {
    sets,

    async write(plan, context) {
      const outcome = await queued([plan], context, async (_plans, signal) => {
        await carry(plan, context, signal);
        return { kind: 'applied' };
      });
      const [first] = outcome.kind === 'applied' ? outcome.outcomes : [];
      if (first === undefined) throw new InvariantError('A write ended without an outcome.');
      return first;
    },

    writeAll: async (plans, context) =>
      await queued(plans, context, async (changed, signal) => {
        if ((await files.root(signal)) === null) for (const plan of changed) await requireWayBack(plan, findEdits);
        const last = inWritingOrder(changed).at(-1);
        const door = {
          // Only the last one starts the compile; a reload in between would hold up the rest.
          write: (plan: WritePlan) => carry(plan, context, signal, plan === last),
          putBack: (plan: WritePlan) => putBack(plan, context),
        };
        const { sessionId, callId } = context;
        const set = { setId: randomUUID(), sessionId, callId, files: changed };
        return await sets.during(set, () => writeAllOrNone(changed, door, context.signal));
      }),
  };
}

type Owner = Pick<CallContext, 'sessionId' | 'callId'>;

/** What cannot be edited back is not begun: Unity limits the size and the place of an edit. */
async function requireWayBack({ path, before, after }: WritePlan, findEdits: FindEdits): Promise<void> {
  if (before === null || (await findEdits(after, before)).kind === 'edits') return;
  throw new AppError(
    'unity_rejected',
    `${path} could not be put back if another file of this change failed. Change this file by itself. Nothing was written.`,
    { data: { path } },
  );
}

/** Old errors say nothing about a compile that was not seen; one that was not there before does. */
export function toCompileResult(seen: CompileSeen, errors: CompileMessage[]): CompileResult {
  const telling = seen.kind === 'finished' ? errors : errors.filter(({ caused }) => caused);
  const status = telling.length > 0 ? 'errors' : seen.kind === 'finished' ? 'ok' : 'unknown';
  return { status, errors, durationMs: seen.durationMs };
}

/** A signal that follows `signal` only after a while, and `closing` at once. */
export function lingering(
  signal: AbortSignal,
  closing: AbortSignal,
): { readonly signal: AbortSignal; release: () => void } {
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
