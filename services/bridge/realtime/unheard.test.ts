import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from '../../sandbox/realtime/index.ts';
import { makeRecordingHost, makeTestEngine, type RecordingHost, isIdle, said, sessionId } from './testing.ts';
import { openTransport } from './transport.ts';
import type { ModelImage, RealtimeEngine } from './types.ts';

const broken: ModelImage = { mimeType: 'image/png', bytes: Buffer.from('no picture at all') };
let simulator: RealtimeSimulator;
let host: RecordingHost;
let engine: RealtimeEngine;
let sent = 0;
/** What becomes of a frame on its way to the service. */
let alter: (frame: string) => string;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0, key: 'sk-test' });
  host = makeRecordingHost();
  alter = (frame) => frame;
  engine = makeTestEngine({
    url: simulator.url,
    host,
    openTransport: async (options) => {
      const transport = await openTransport(options);
      return { ...transport, send: (frame) => transport.send(alter(frame)) };
    },
  });
});
afterEach(async () => {
  await engine.close();
  await simulator.close();
});

async function type(text: string, images: readonly ModelImage[] = []): Promise<string> {
  sent += 1;
  const messageId = `00000000-0000-7000-8000-${String(sent).padStart(12, '0')}`;
  host.journal.push({ kind: 'message', role: 'user', text, messageId, images, position: host.journal.length });
  await engine.send({ sessionId, messageId, text, images });
  return messageId;
}
const refusal = {
  kind: 'stopped',
  code: 'realtime_rejected',
  message: expect.stringMatching(/did not take your message.*no image of the type/s),
  may: ['retry'],
};

test.each(['over a connection that is open', 'with the history of a new connection'])(
  'a message that the service refuses %s stops the turn with the reason, and nothing is shown as its answer',
  async (where) => {
    const answers = where.includes('open') ? 1 : 0;
    if (answers > 0) {
      simulator.play([say('Hello.')]);
      await type('hi');
      await host.until(said('Hello.'));
    }
    simulator.play([say('Which picture?'), fault({ kind: 'stall' })]);
    await type('what is this?', [broken]);
    await host.until(isIdle);
    expect(host.turnStates.at(-1)).toMatchObject(refusal);
    expect(host.events.filter((event) => event.kind === 'delta' && event.delta.includes('Which'))).toEqual([]);
    expect(host.events.filter((event) => event.kind === 'done' && event.status !== 'failed')).toHaveLength(answers);
  },
);

test('asked again, a refused message is sent again instead of being passed over', async () => {
  simulator.play([fault({ kind: 'stall' })], [fault({ kind: 'stall' })]);
  const messageId = await type('what is this?', [broken]);
  await host.until(isIdle);
  host.turnStates.length = 0;
  await engine.retry({ sessionId, messageId });
  await host.until(() => ['idle', 'stopped'].includes(host.turnStates.at(-1)?.kind ?? ''));
  expect(host.turnStates.at(-1)).toMatchObject(refusal);
});

test('after a refused message the next one is answered', async () => {
  simulator.play([fault({ kind: 'stall' })], [say('Yes.')]);
  await type('what is this?', [broken]);
  await host.until(isIdle);
  await type('never mind; are you there?');
  await host.until(said('Yes.'));
});

test('an output that the service refuses reaches it over a new connection, and the call is not run again', async () => {
  let outputs = 0;
  alter = (frame) => {
    if (!frame.includes('"function_call_output"')) return frame;
    outputs += 1;
    return outputs === 1 ? frame.replace(/"call_id":"[^"]+"/, '"call_id":"call_unknown"') : frame;
  };
  simulator.play([call('echo', {})], [fault({ kind: 'stall' })], [say('Done.')]);
  await type('echo');
  await host.until(said('Done.'));
  expect(outputs).toBe(2);
  expect(host.events.filter((event) => event.kind === 'call')).toHaveLength(1);
});
