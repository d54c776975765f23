import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxRequestBytes, type ApiResult, type PushedEvent } from '../../../shared/contracts/index.ts';
import { makeDispatcher } from '../../../shared/node/api/index.ts';
import { fakeHandlers } from '../../../shared/node/api/testing/fakeHandlers.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { pushChannel, requestChannel } from './channels.ts';
import type { SenderEvent } from './sender.ts';
import { serveApi, type IpcOptions } from './serveApi.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const bytes = new Uint8Array([1, 2, 250]);
const own: SenderEvent = { sender: { id: 1 }, senderFrame: { origin: 'app://spark', parent: null } };

function serve() {
  let invoke: Parameters<IpcOptions['ipcMain']['handle']>[1] | undefined;
  const sent: unknown[][] = [];
  const listeners = new Set<(event: PushedEvent) => void>();
  const stop = serveApi({
    ipcMain: {
      handle(channel, listener) {
        if (channel === requestChannel) invoke = listener;
      },
      removeHandler(channel) {
        if (channel === requestChannel) invoke = undefined;
      },
    },
    dispatch: makeDispatcher({
      handlers: fakeHandlers({
        'session.list': async () => ({ sessions: [] }),
        'frame.read': async () => ({ mimeType: 'image/png', bytes }),
      }),
      logger,
    }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    windows: { has: (id) => id === 1, send: (...message) => void sent.push(message) },
    logger,
  });
  const ask = async (event: SenderEvent, ...parameters: unknown[]): Promise<ApiResult<unknown>> => {
    if (invoke === undefined) throw new Error('nothing is served');
    return await invoke(event, ...parameters);
  };
  return { ask, sent, listeners, stop };
}

test('the window gets the answer of its route', async () => {
  expect(await serve().ask(own, 'session.list', {})).toEqual({ ok: true, output: { sessions: [] } });
});

test('bytes cross as bytes', async () => {
  const input = { frameId: '0199a7c8-0000-7000-8000-000000000001' };
  expect(await serve().ask(own, 'frame.read', input)).toEqual({ ok: true, output: { mimeType: 'image/png', bytes } });
});

const gone: SenderEvent = {
  sender: { id: 1 },
  get senderFrame(): never {
    throw new Error('Render frame was disposed before WebFrameMain could be accessed');
  },
};
test.each([
  ['a window that main did not open', { ...own, sender: { id: 2 } }],
  ['a frame that is gone', { ...own, senderFrame: null }],
  ['a frame that was disposed', gone],
  ['a frame inside the page', { ...own, senderFrame: { origin: 'app://spark', parent: {} } }],
  ['another origin', { ...own, senderFrame: { origin: 'https://example.com', parent: null } }],
  ['an origin that begins alike', { ...own, senderFrame: { origin: 'app://spark.evil', parent: null } }],
  ['an opaque origin', { ...own, senderFrame: { origin: 'null', parent: null } }],
])('%s is refused', async (_who, event) => {
  expect(await serve().ask(event, 'session.list', {})).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
});

test.each(['constructor', '__proto__', 'session.List'])('%s is an unknown route', async (route) => {
  expect(await serve().ask(own, route, {})).toMatchObject({ ok: false, error: { code: 'unknown_route' } });
});

test.each([[[]], [[undefined, {}]], [['', {}]], [[{ route: 'session.list' }, {}]], [['x'.repeat(65), {}]]])(
  'the message %j is refused as a message',
  async (parameters) => {
    expect(await serve().ask(own, ...parameters)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  },
);

test('a message above the limit is refused before it is read', async () => {
  const answer = await serve().ask(own, 'session.create', { title: 'x'.repeat(maxRequestBytes) });
  expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(JSON.stringify(answer)).toContain('larger than 8 MiB');
});

test('wrong input is refused by the schema of the route', async () => {
  expect(await serve().ask(own, 'session.list', { extra: 1 })).toMatchObject({ error: { code: 'invalid_input' } });
});

test('pushed events are sent to the windows until the service stops', () => {
  const { listeners, sent, stop } = serve();
  const payload = { sessionId: '0199a7c8-0000-7000-8000-000000000001', messageId: 'm', offset: 0, delta: 'a' };
  for (const listener of listeners) listener({ name: 'message.streamed', payload });
  expect(sent).toEqual([[pushChannel, 'message.streamed', payload]]);
  stop();
  expect(listeners.size).toBe(0);
});

test('the preload uses the same two channels and no other', () => {
  const preload = readFileSync(join(import.meta.dirname, '../../preload/index.ts'), 'utf8');
  expect(new Set(preload.match(/'spark:[a-z]+'/g))).toEqual(new Set([`'${requestChannel}'`, `'${pushChannel}'`]));
});
