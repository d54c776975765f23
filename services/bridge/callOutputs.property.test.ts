import { setImmediate as nextTick } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { conversationSettingsSchema } from '../../shared/contracts/index.ts';
import { makeEngineHost } from './engineHost.ts';
import { makeDispatcher, makeRateLimit, type FunctionRegistry } from './functions/index.ts';
import { bindFunction } from './functions/registry.ts';
import { isTerminal } from './functions/types.ts';
import { makeFakeService, type ResponsePlan } from './realtime/fakeService.ts';
import { makeTestEngine } from './realtime/testing.ts';
import { makeSessionViews } from './sessionViews.ts';
import { makeFakeUnity } from './testing/fakeUnity.ts';
import { responsePlan } from './testing/responsePlan.ts';
import { addSession, makeTestFolder, openTestJournal, sessionId, silentLogger } from './testing/testJournal.ts';

const action = fc.record({
  kind: fc.constantFrom('interrupt', 'queue', 'cancel', 'cancel_call', 'cut', 'retry', 'inform'),
  /** Turns of the event loop before it. */
  after: fc.nat(40),
});
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;
/** How a call works: turns of the event loop that it takes, whether a stop ends it, and what becomes of it. */
const work = fc.record({ turns: fc.nat(15), heedsStop: fc.boolean(), fails: fc.boolean() });
type Work = typeof work extends fc.Arbitrary<infer T> ? T : never;

/** The function that the service asks for. */
function registryOf(works: readonly Work[]): FunctionRegistry {
  let ran = 0;
  const echo = bindFunction({
    name: 'echo',
    description: 'echo',
    args: z.object({}),
    result: z.object({ nth: z.int() }),
    effect: 'read',
    policy: 'automatic',
    timeLimitMs: 30_000,
    async handler(_args, { signal }) {
      const nth = (ran += 1);
      const { turns, heedsStop, fails } = works[nth % works.length] ?? { turns: 0, heedsStop: true, fails: false };
      for (let turn = 0; turn < turns; turn += 1) {
        await nextTick();
        if (heedsStop) signal.throwIfAborted();
      }
      if (fails) throw new Error('no echo');
      return { result: { nth }, summary: `echo ${nth}` };
    },
  });
  return new Map([[echo.name, echo]]);
}

/** A bridge's conversation on a journal of its own, from the wire to the rows. */
function start(plans: readonly ResponsePlan[], works: readonly Work[]) {
  const folder = makeTestFolder();
  const journal = openTestJournal(folder.dir);
  addSession(journal);
  const registry = registryOf(works);
  const views = makeSessionViews({ journal, push: () => undefined });
  const dispatcher = makeDispatcher({
    registry,
    journal,
    unity: makeFakeUnity(),
    settings: { sonnetMode: 'off' },
    rateLimit: makeRateLimit({ perMinute: 10_000, user: 'me' }),
    directWriter: { lastFailure: () => null, write: () => Promise.resolve(null) },
    push: () => undefined,
    projectName: () => '',
    inform: () => Promise.resolve(),
    clock: Date.now,
    logger: silentLogger,
  });
  /** Outputs on the wire whose call had not ended in the journal, or had ended otherwise. */
  const unfounded: string[] = [];
  const service = makeFakeService(plans, {
    onOutput(callId, output) {
      const record = journal.calls.get(sessionId, callId);
      if (record === null) unfounded.push(`${callId} is not kept`);
      else if (!isTerminal(record.view.state)) unfounded.push(`${callId} is ${record.view.state}`);
      else if (record.output !== output) unfounded.push(`${callId} was kept with another output`);
    },
  });
  const engine = makeTestEngine({
    url: 'ws://127.0.0.1:1',
    openTransport: service.openTransport,
    // A stopped call's end is waited for, however busy the machine is.
    limits: { reconnectBaseMs: 1, cancelGraceMs: 60_000 },
    host: makeEngineHost({
      journal,
      registry,
      dispatcher: () => dispatcher,
      views,
      push: () => undefined,
      editor: () => null,
      settings: () => conversationSettingsSchema.parse({}),
      cost: { keep: () => undefined, mayContinue: () => ({ kind: 'go' }) },
      onStatus: () => undefined,
      logger: silentLogger,
    }),
  });
  let said = 0;
  let last = '';

  async function say(whileBusy: 'interrupt' | 'queue'): Promise<void> {
    const messageId = `01a20000-0000-7000-8000-${String((said += 1)).padStart(12, '0')}`;
    last = messageId;
    const text = `message ${said}`;
    journal.messages.insert({ sessionId, messageId, role: 'user', text, status: 'queued' });
    await engine.send({ sessionId, messageId, text, whileBusy }).then(
      () => void journal.messages.finish(sessionId, messageId, { text, status: 'complete', error: null }),
      () => undefined,
    );
  }

  return {
    journal,
    service,
    unfounded,
    say,
    async act({ kind }: Action): Promise<void> {
      if (kind === 'interrupt' || kind === 'queue') await say(kind);
      else if (kind === 'cancel') await engine.cancel(sessionId);
      else if (kind === 'cancel_call') for (const { view } of calls()) dispatcher.cancel(sessionId, view.callId);
      else if (kind === 'cut') service.cut();
      else if (kind === 'retry') await engine.retry({ sessionId, messageId: last }).catch(() => undefined);
      else await engine.inform({ sessionId, text: 'a fact' });
    },
    idle: () => expect.poll(() => views.isBusy(sessionId), { timeout: 30_000, interval: 1 }).toBe(false),
    calls,
    async close() {
      await engine.close();
      await dispatcher.close();
      journal.close();
      folder.remove();
    },
  };

  function calls() {
    return journal.calls.list(sessionId);
  }
}

test('every output on the wire is that of an ended call in the journal, and every ended call is answered once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(responsePlan, { maxLength: 8 }),
      fc.array(action, { maxLength: 7 }),
      fc.array(work, { minLength: 1, maxLength: 5 }),
      async (plans, actions, works) => {
        const bridge = start(plans, works);
        try {
          const pending = [bridge.say('interrupt')];
          for (const each of actions) {
            for (let turn = 0; turn < each.after; turn += 1) await nextTick();
            pending.push(bridge.act(each));
          }
          await Promise.all(pending);
          await bridge.idle();
          // One more turn, by itself: its conversation must hold whatever was said and done.
          bridge.service.forget();
          await bridge.say('interrupt');
          await bridge.idle();

          expect(bridge.unfounded).toEqual([]);
          // Second outputs, outputs of unknown calls, and requests before an output.
          expect(bridge.service.broken).toEqual([]);
          const ends = bridge.calls().map(({ view }) => ({ callId: view.callId, hasEnded: isTerminal(view.state) }));
          expect(ends.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
          expect(bridge.service.answered().toSorted()).toEqual(ends.map(({ callId }) => callId).toSorted());
        } finally {
          await bridge.close();
        }
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
}, 240_000);
