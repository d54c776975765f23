import type { CallView, Decision, ErrorInfo } from '../../../shared/contracts/index.ts';
import { AppError, InvariantError, toAppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { CallOrigin, CallRecord, JournalTables } from '../journal/index.ts';
import type { UnityAdapter } from '../unity/types.ts';
import { makeApprovals } from './approvals.ts';
import {
  cancelledByDeveloper,
  endOf,
  infoOf,
  interrupted,
  stateOf,
  summaryOf,
  toOutput,
  unknownFunction,
  unsettledInfo,
} from './callErrors.ts';
import { makeBuildRuns } from './buildRuns.ts';
import { makeCallContext } from './callContext.ts';
import { makeConsoleMarks } from './consoleMarks.ts';
import { makeCallRun, type CallRun } from './callRun.ts';
import type { DirectWriter } from './directWrite.ts';
import { decidePolicy } from './policy.ts';
import type { RateLimit } from './rateLimit.ts';
import type { FunctionRegistry } from './registry.ts';
import { makeSettlement, settleCall } from './settlement.ts';
import { makeTimeLimit, type TimeLimit } from './timeLimit.ts';
import { isTerminal, type BoundFunction, type FunctionSettings, type HandlerContext, type Push } from './types.ts';

export interface FunctionCall {
  readonly sessionId: string;
  readonly callId: string;
  readonly name: string;
  readonly argumentsJson: string;
}

export interface DispatchOptions {
  /** A person's own click is its own approval. Default `model`. */
  readonly origin?: CallOrigin;
  /** Called once, when the call has the build it started. */
  readonly onBuild?: (buildId: string) => void;
  /** The call is kept and ends with this at once; nothing of it is run. */
  readonly notRun?: ErrorInfo;
}

/**
 * Runs function calls: `received → awaiting_approval → running → succeeded | failed | denied | cancelled`, and
 * `unsettled` in between when a write's outcome is not known. A repeat of a call id gets the first one's output; the
 * handler is never run twice. What a handler did is kept with the call's end in one transaction.
 */
export interface Dispatcher {
  /** Resolves with the model's one output, a JSON text. Never rejects. */
  readonly dispatch: (call: FunctionCall, signal: AbortSignal, options?: DispatchOptions) => Promise<string>;
  /** Throws AppError `not_found` or `already_decided`. */
  readonly decide: (sessionId: string, callId: string, decision: Decision) => void;
  /** False when the call does not run. */
  readonly cancel: (sessionId: string, callId: string) => boolean;
  readonly isBusy: (sessionId: string) => boolean;
  /** Ends the calls of an earlier run whose writes have been settled meanwhile, and all later ones as they settle. */
  readonly startSettling: () => void;
  /** Aborts what runs and waits for it. */
  readonly close: () => Promise<void>;
}

export interface DispatcherOptions {
  readonly registry: FunctionRegistry;
  readonly journal: JournalTables;
  /** Null when no Unity MCP is configured. */
  readonly unity: UnityAdapter | null;
  readonly settings: FunctionSettings;
  readonly rateLimit: RateLimit;
  readonly directWriter: DirectWriter;
  readonly push: Push;
  readonly projectName: () => string;
  /** Tells the model a fact outside any call. */
  readonly inform: (sessionId: string, text: string) => Promise<void>;
  readonly clock: () => number;
  readonly logger: Logger;
}

interface Active {
  readonly sessionId: string;
  readonly output: Promise<string>;
  readonly controller: AbortController;
}

/** After an abort a handler gets this long to say what became of its work. */
export const abortGraceMs = 5_000;
const keyOf = (sessionId: string, callId: string): string => `${sessionId} ${callId}`;

export function makeDispatcher(options: DispatcherOptions): Dispatcher {
  const { registry, journal, logger, clock, directWriter } = options;
  /** What is kept is kept: a window that cannot be told must not look like a call that failed. */
  const push: Push = (event) => {
    try {
      options.push(event);
    } catch (error) {
      logger.error({ err: error, event: event.name }, 'an event could not be pushed');
    }
  };
  const now = (): string => new Date(clock()).toISOString();
  const approvals = makeApprovals();
  const consoleMarks = makeConsoleMarks({ unity: options.unity });
  const active = new Map<string, Active>();
  const settlement = makeSettlement({ journal, push, now });
  const buildRuns = makeBuildRuns({
    journal,
    unity: options.unity,
    hasCall: ({ sessionId, callId }) => callId !== null && active.has(keyOf(sessionId, callId)),
    push,
    now,
    inform: options.inform,
    logger,
  });
  const writing = new Set<Promise<void>>();
  let stopSettling: (() => void) | undefined;
  let closing = false;

  function dispatch(call: FunctionCall, signal: AbortSignal, dispatchOptions: DispatchOptions = {}): Promise<string> {
    const key = keyOf(call.sessionId, call.callId);
    const running = active.get(key);
    if (running !== undefined) return running.output;
    const controller = new AbortController();
    const output = perform(call, AbortSignal.any([signal, controller.signal]), dispatchOptions)
      .catch((error: unknown) => {
        logger.error({ err: error, callId: call.callId }, 'a function call could not be kept');
        return outputOfEnded(call.sessionId, call.callId) ?? toOutput(infoOf(error));
      })
      .finally(() => {
        active.delete(key);
        // A build may go on without its call; not while SPARK closes: then the next start follows it.
        if (!closing) buildRuns.resume();
      });
    active.set(key, { sessionId: call.sessionId, output, controller });
    return output;
  }

  async function perform(call: FunctionCall, signal: AbortSignal, dispatchOptions: DispatchOptions): Promise<string> {
    const known = journal.calls.get(call.sessionId, call.callId);
    if (known !== null) return known.output ?? toOutput(known.view.error ?? interrupted);
    const found = registry.get(call.name);
    const bound = found?.audience === 'person' && dispatchOptions.origin !== 'person' ? undefined : found;
    const { record, run } = receive(call, bound, dispatchOptions.origin ?? 'model');
    if (dispatchOptions.notRun !== undefined) {
      return endWithout(run, stateOf(dispatchOptions.notRun), dispatchOptions.notRun);
    }
    const limit = makeTimeLimit(bound?.timeLimitMs ?? 30_000, signal);
    try {
      if (bound === undefined) throw unknownFunction(call.name, registry);
      const work = bound.bind(call.argumentsJson);
      options.rateLimit.take();
      return await complete(work, contextOf(run, record, bound, limit, dispatchOptions), bound, run, limit.signal);
    } catch (error) {
      return await fail(error, run, record, limit.signal);
    } finally {
      limit.stop();
    }
  }

  function receive(call: FunctionCall, bound: BoundFunction | undefined, origin: CallOrigin) {
    return journal.transact(() => {
      const record = journal.calls.insert({ ...call, origin, effect: bound?.effect ?? 'read' });
      const run = makeCallRun({ journal, record, push, now });
      run.transition({ state: 'received' });
      return { record, run };
    });
  }

  async function complete(
    work: ReturnType<BoundFunction['bind']>,
    context: HandlerContext,
    bound: BoundFunction,
    run: CallRun,
    signal: AbortSignal,
  ): Promise<string> {
    signal.throwIfAborted();
    if (decidePolicy({ effect: bound.effect, policyDefault: bound.policy, path: null, rules: [] }) === 'never') {
      throw new AppError('denied', `${bound.name} is switched off.`);
    }
    if (bound.effect === 'read') run.transition({ state: 'running' });
    const outcome = await withGrace(work(context), signal);
    const startedAt = performance.now();
    const output = JSON.stringify(outcome.forModel ?? outcome.result);
    const events = run.transition({
      state: outcome.error === undefined ? 'succeeded' : outcome.error.code === 'cancelled' ? 'cancelled' : 'failed',
      patch: { ...outcome.links, result: outcome.result, summary: outcome.summary, error: outcome.error ?? null },
      output,
      ...(outcome.keep === undefined ? {} : { keep: outcome.keep }),
    });
    outcome.announce?.();
    writeDirectly(run, events, performance.now() - startedAt);
    return output;
  }

  /** The output of a call whose end is in the journal; null while it has none. */
  function outputOfEnded(sessionId: string, callId: string): string | null {
    const record = journal.calls.get(sessionId, callId);
    if (record === null || !isTerminal(record.view.state)) return null;
    return record.output ?? toOutput(record.view.error ?? interrupted);
  }

  async function fail(error: unknown, run: CallRun, record: CallRecord, signal: AbortSignal): Promise<string> {
    const { sessionId, callId } = record.view;
    const kept = outputOfEnded(sessionId, callId);
    if (kept !== null) {
      logger.error({ err: error, callId }, 'a call has ended; what follows its end failed');
      return kept;
    }
    const end = settlement.endOf({ ...record, view: run.view() });
    if (end?.state === 'succeeded') {
      // The file was written, whatever went wrong afterwards: the call did what it was asked to do.
      const output = JSON.stringify(end.patch?.result);
      const events = run.transition({ ...end, output });
      end.announce();
      writeDirectly(run, events, 0);
      return output;
    }
    const isOpen = settlement.isOpen(sessionId, callId);
    const info = isOpen ? unsettledInfo(error) : infoOf(endOf(signal, error));
    const state = isOpen ? 'unsettled' : stateOf(info);
    const output = endWithout(run, state, info);
    if (error instanceof InvariantError) logger.error({ err: error, callId }, 'a function failed by a bug');
    return output;
  }

  /** The end of a call that has no result, or none yet: its error is the model's output. */
  function endWithout(run: CallRun, state: CallView['state'], info: ErrorInfo): string {
    const output = toOutput(info);
    const events = run.transition({ state, patch: { error: info, summary: summaryOf(info) }, output });
    writeDirectly(run, events, 0);
    return output;
  }

  /** Nobody waits for the rows: the model goes on while they are written (30 ms of every call on a busy machine). */
  function writeDirectly(run: CallRun, events: ReturnType<CallRun['transition']>, keepMs: number): void {
    const work = writeRows(run, events, keepMs)
      .catch((error: unknown) => {
        logger.error({ err: error, callId: run.view().callId }, 'the timing of a call could not be kept');
      })
      .finally(() => writing.delete(work));
    writing.add(work);
  }

  async function writeRows(run: CallRun, events: ReturnType<CallRun['transition']>, keepMs: number): Promise<void> {
    const databaseMs = await directWriter.write(events);
    if (keepMs === 0 && databaseMs === null) return;
    run.patch({
      timing: [
        ...run.view().timing,
        ...(keepMs === 0 ? [] : [{ step: 'keep', ms: keepMs }]),
        ...(databaseMs === null ? [] : [{ step: 'database', ms: databaseMs }]),
      ],
    });
  }

  function contextOf(
    run: CallRun,
    record: CallRecord,
    bound: BoundFunction,
    limit: TimeLimit,
    dispatchOptions: DispatchOptions,
  ): HandlerContext {
    const { unity, settings, projectName } = options;
    if (unity === null) {
      throw new AppError(
        'unity_unavailable',
        'No Unity is connected. Set UNITY_MCP_URL to the Unity MCP server and start SPARK again.',
      );
    }
    const doors = { unity, journal, settings, push, now, projectName };
    return makeCallContext({
      doors,
      approvals,
      run,
      record,
      bound,
      limit,
      consoleMarks,
      onBuild: dispatchOptions.onBuild,
    });
  }

  function onAnySettled(listener: (sessionId: string, callId: string | null) => void): () => void {
    const settled = (call: { readonly sessionId: string; readonly callId: string | null }): void =>
      listener(call.sessionId, call.callId);
    const { ledger } = journal;
    const stops = [ledger.onSettled(settled), ledger.sets.onSettled(settled), ledger.scenes.onSettled(settled)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  function settleIfUnsettled(sessionId: string, callId: string | null): void {
    const record = callId === null ? null : journal.calls.get(sessionId, callId);
    if (record === null || record.view.state !== 'unsettled') return;
    const end = settlement.endOf(record);
    if (end === null) return;
    try {
      const run = makeCallRun({ journal, record, push, now });
      settleCall({ journal, run, end, inform: options.inform, logger });
    } catch (error) {
      // The ledger has settled, whatever becomes of its listeners; the next start ends the call.
      logger.error({ err: error, callId }, 'a settled call could not be ended');
    }
  }

  return {
    dispatch,
    decide(sessionId, callId, decision) {
      if (journal.calls.get(sessionId, callId) === null) {
        throw new AppError('not_found', 'There is no such call in this session.', { data: { callId } });
      }
      if (!approvals.decide(sessionId, callId, decision)) {
        throw new AppError('already_decided', 'This call does not wait for a decision any more.', { data: { callId } });
      }
    },
    cancel(sessionId, callId) {
      const running = active.get(keyOf(sessionId, callId));
      running?.controller.abort(cancelledByDeveloper());
      return running !== undefined;
    },
    isBusy: (sessionId) => [...active.values()].some((running) => running.sessionId === sessionId),
    startSettling() {
      buildRuns.resume();
      stopSettling ??= onAnySettled((sessionId, callId) => settleIfUnsettled(sessionId, callId));
      for (const { view } of journal.calls.inStates(['unsettled'])) settleIfUnsettled(view.sessionId, view.callId);
    },
    async close() {
      closing = true;
      for (const running of active.values()) {
        running.controller.abort(new AppError('cancelled', 'SPARK was closed. Nothing more was done.'));
      }
      await Promise.all([...active.values()].map((running) => running.output));
      await buildRuns.close();
      await Promise.all(writing);
      stopSettling?.();
    },
  };
}

/** Waits for the work; once aborted, no longer than the grace time. */
function withGrace<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => reject(toAppError(signal.reason)), abortGraceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  work.then(resolve, reject).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
  return promise;
}
