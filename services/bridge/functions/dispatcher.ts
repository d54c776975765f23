import { AppError } from '../../../shared/errors/index.ts';
import type { CallOrigin, CallRecord } from '../journal/index.ts';
import { withGrace } from './abortGrace.ts';
import { makeApprovals } from './approvals.ts';
import { cancelledByDeveloper, infoOf, interrupted, stateOf, toOutput, unknownFunction } from './callErrors.ts';
import { makeBuildRuns } from './buildRuns.ts';
import { makeCallContext } from './callContext.ts';
import { makeCallEnds } from './callEnds.ts';
import { makeCallRows } from './callRows.ts';
import { makeConsoleMarks } from './consoleMarks.ts';
import { makeCallRun, type CallRun } from './callRun.ts';
import { diffsHere } from './diffs.ts';
import type { Dispatcher, DispatcherOptions, DispatchOptions, FunctionCall } from './dispatcherTypes.ts';
import { makeLateEnds } from './lateEnds.ts';
import { decidePolicy } from './policy.ts';
import { makeSettlement } from './settlement.ts';
import { makeTimeLimit, type TimeLimit } from './timeLimit.ts';
import type { BoundFunction, HandlerContext, Push } from './types.ts';

interface Active {
  readonly sessionId: string;
  readonly output: Promise<string>;
  readonly controller: AbortController;
}

const keyOf = (sessionId: string, callId: string): string => `${sessionId} ${callId}`;

export function makeDispatcher(options: DispatcherOptions): Dispatcher {
  const { registry, journal, logger, clock } = options;
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
  const consoleMarks = makeConsoleMarks({ unity: options.unity, marks: journal.consoleMarks });
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
  const rows = makeCallRows(options);
  const ends = makeCallEnds({ journal, settlement, rows, logger });
  const lateEnds = makeLateEnds({ ...options, settlement, push, now });
  let closing = false;

  function dispatch(call: FunctionCall, signal: AbortSignal, dispatchOptions: DispatchOptions = {}): Promise<string> {
    const key = keyOf(call.sessionId, call.callId);
    const running = active.get(key);
    if (running !== undefined) return running.output;
    const controller = new AbortController();
    const output = perform(call, AbortSignal.any([signal, controller.signal]), dispatchOptions)
      .catch((error: unknown) => {
        logger.error({ err: error, callId: call.callId }, 'a function call could not be kept');
        return ends.outputOfEnded(call.sessionId, call.callId) ?? toOutput(infoOf(error));
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
      return ends.endWithout(run, stateOf(dispatchOptions.notRun), dispatchOptions.notRun);
    }
    const limit = makeTimeLimit(bound?.timeLimitMs ?? 30_000, signal);
    try {
      if (bound === undefined) throw unknownFunction(call.name, registry.keys());
      const work = bound.bind(call.argumentsJson);
      await options.rateLimit.take();
      return await complete(work, contextOf(run, record, bound, limit, dispatchOptions), bound, run, limit.signal);
    } catch (error) {
      return ends.fail(run, { error, record, signal: limit.signal });
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
    return ends.complete(run, await withGrace(work(context), signal));
  }

  function contextOf(
    run: CallRun,
    record: CallRecord,
    bound: BoundFunction,
    limit: TimeLimit,
    dispatchOptions: DispatchOptions,
  ): HandlerContext {
    const { unity, settings, projectName, diffs = diffsHere } = options;
    if (unity === null) {
      throw new AppError(
        'unity_unavailable',
        'No Unity is connected. Set UNITY_MCP_URL to the Unity MCP server and start SPARK again.',
      );
    }
    const doors = { unity, journal, settings, diffs, push, now, projectName };
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
      lateEnds.start();
    },
    async close() {
      closing = true;
      for (const running of active.values()) {
        running.controller.abort(new AppError('cancelled', 'SPARK was closed. Nothing more was done.'));
      }
      await Promise.all([...active.values()].map((running) => running.output));
      await buildRuns.close();
      await rows.settled();
      lateEnds.stop();
    },
  };
}
