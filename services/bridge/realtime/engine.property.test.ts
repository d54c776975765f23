import { setImmediate as nextTick } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { responsePlan } from '../testing/responsePlan.ts';
import { makeFakeService } from './fakeService.ts';
import { makeRecordingHost, makeTestEngine, type RecordingHost, sessionId } from './testing.ts';
import type { RealtimeEngine } from './types.ts';

const action = fc.record({
  kind: fc.constantFrom('interrupt', 'queue', 'cancel', 'retry', 'unqueue', 'inform'),
  /** Turns of the event loop before it. */
  after: fc.nat(25),
});
/** How long each call takes, in turns of the event loop, and whether it does what was asked. */
const calls = fc.array(fc.record({ turns: fc.nat(12), fails: fc.boolean() }), { minLength: 1, maxLength: 5 });

async function pause(turns: number): Promise<void> {
  for (let at = 0; at < turns; at += 1) await nextTick();
}

async function act(
  engine: RealtimeEngine,
  host: RecordingHost,
  actions: readonly { kind: string; after: number }[],
): Promise<void> {
  let last = '';
  const pending: Promise<unknown>[] = [];
  const send = (whileBusy: 'interrupt' | 'queue'): void => {
    const messageId = `0000${pending.length}`;
    const text = `message ${pending.length}`;
    last = messageId;
    const sending = engine.send({ sessionId, messageId, text, whileBusy }).then(
      () => host.journal.push({ kind: 'message', role: 'user', text, messageId }),
      () => undefined,
    );
    pending.push(sending);
  };
  send('interrupt');
  for (const { kind, after } of actions) {
    await pause(after);
    if (kind === 'interrupt' || kind === 'queue') send(kind);
    else if (kind === 'cancel') pending.push(engine.cancel(sessionId));
    else if (kind === 'retry') pending.push(engine.retry({ sessionId, messageId: last }).catch(() => undefined));
    else if (kind === 'unqueue') engine.unqueue({ sessionId, messageId: last });
    else await engine.inform({ sessionId, text: 'a fact' });
  }
  await Promise.all(pending);
}

test('whatever the service sends and the developer does: one end per call and message, no stray output, one response at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(responsePlan, { maxLength: 8 }),
      fc.array(action, { maxLength: 6 }),
      calls,
      async (plans, actions, durations) => {
        const service = makeFakeService(plans);
        const host = makeRecordingHost();
        let ran = 0;
        host.answer = async ({ callId }) => {
          const { turns, fails } = durations[(ran += 1) % durations.length] ?? { turns: 0, fails: false };
          await pause(turns);
          return { output: JSON.stringify({ callId }), failure: fails ? 'failed' : null };
        };
        const engine = makeTestEngine({
          url: 'ws://127.0.0.1:1',
          host,
          openTransport: service.openTransport,
          limits: { reconnectBaseMs: 1, cancelGraceMs: 1_000 },
        });
        await act(engine, host, actions);
        await host.until((events) => events.findLast((event) => event.kind === 'busy')?.busy === false);
        await engine.close();

        expect(service.broken).toEqual([]);
        const of = (kind: 'started' | 'done') =>
          host.events.flatMap((event) => (event.kind === kind ? [event.messageId] : []));
        expect(new Set(of('started')).size).toBe(of('started').length);
        expect(of('done').toSorted()).toEqual(of('started').toSorted());
        const ended = new Set<string>();
        for (const event of host.events) {
          if (event.kind === 'done') ended.add(event.messageId);
          if (event.kind === 'delta') expect(ended).not.toContain(event.messageId);
        }
        expect(['idle', 'stopped']).toContain(host.turnStates.at(-1)?.kind);
      },
    ),
    { numRuns: 150, endOnFailure: true },
  );
}, 120_000);
