import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../../shared/contracts/api/index.ts';
import { sampleSession } from '../../testing/samples.ts';
import { createSocketClient, exchangeToken, type SocketLike } from './socketClient.ts';

class FakeSocket implements SocketLike {
  binaryType: BinaryType = 'blob';
  readonly sent: { id: number; route: string }[] = [];
  private readonly listeners = new Map<string, (event: { data: unknown }) => void>();

  addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
    this.listeners.set(type, listener);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as { id: number; route: string });
  }
  close(): void {
    this.fire('close');
  }
  fire(type: 'open' | 'close' | 'message', data?: unknown): void {
    this.listeners.get(type)?.({ data });
  }
  answer(output: unknown): void {
    const encoded = encodeFrame({ kind: 'response', id: this.sent.at(-1)?.id ?? 0, ok: true, output });
    this.fire('message', typeof encoded === 'string' ? encoded : encoded.buffer);
  }
}

function setUp() {
  const sockets: FakeSocket[] = [];
  const client = createSocketClient({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
  });
  return { client, sockets, last: (): FakeSocket => sockets.at(-1) ?? new FakeSocket() };
}

describe('the client over a WebSocket', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends what was asked before the first connection as soon as it is open', async () => {
    const { client, last } = setUp();
    const answer = client.request('session.list', {});
    expect(last().sent).toHaveLength(0);
    last().fire('open');
    last().answer({ sessions: [sampleSession()] });
    expect(await answer).toMatchObject({ ok: true, output: { sessions: [{ title: 'Player controller' }] } });
  });

  it('hands the bytes of a binary answer over unchanged', async () => {
    const { client, last } = setUp();
    last().fire('open');
    const answer = client.request('frame.read', { frameId: '0198c0de-0000-7000-8000-000000000001' });
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    last().answer({ mimeType: 'image/png', bytes });
    const result = await answer;
    expect(result.ok && result.output.bytes).toEqual(bytes);
  });

  it('answers with an error, never a rejection, when the connection is lost, and does not send again', async () => {
    const { client, sockets, last } = setUp();
    last().fire('open');
    const answer = client.request('session.create', {});
    last().fire('close');
    expect(await answer).toMatchObject({ ok: false, error: { code: 'connection_closed' } });
    expect(await client.request('session.list', {})).toMatchObject({ ok: false });
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    last().fire('open');
    expect(last().sent).toHaveLength(0);
    expect(client.connection.get()).toBe('open');
  });

  it('waits longer after each failed attempt and starts short again after a success', () => {
    const { sockets, last } = setUp();
    const attemptsAfter = (ms: number): number => {
      const before = sockets.length;
      vi.advanceTimersByTime(ms);
      return sockets.length - before;
    };
    last().fire('close');
    expect(attemptsAfter(250)).toBe(1);
    last().fire('close');
    expect(attemptsAfter(250)).toBe(0);
    expect(attemptsAfter(250)).toBe(1);
    last().fire('open');
    last().fire('close');
    expect(attemptsAfter(250)).toBe(1);
  });

  it('tells pushes to their listeners and leaves out shapes that it does not know', () => {
    const { client, last } = setUp();
    const seen: string[] = [];
    client.on('session.changed', ({ session }) => seen.push(session.title));
    last().fire('open');
    const push = (name: string, payload: unknown): void =>
      last().fire('message', encodeFrame({ kind: 'push', name, payload }));
    push('session.changed', { session: sampleSession() });
    push('session.changed', { session: { title: 7 } });
    push('constructor', {});
    expect(seen).toEqual(['Player controller']);
  });

  it('refuses an answer whose shape is not the contract’s', async () => {
    const { client, last } = setUp();
    last().fire('open');
    const answer = client.request('session.list', {});
    last().answer({ sessions: 'none' });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });
});

describe('exchanging the token of the address', () => {
  it('posts it once and takes it out of the address', async () => {
    const posted: string[] = [];
    let forgotten = 0;
    const exchange = (fragment: string, accepted = true) =>
      exchangeToken({
        fragment,
        post: (token) => {
          posted.push(token);
          return Promise.resolve({ ok: accepted });
        },
        forgetFragment: () => (forgotten += 1),
      });
    expect(await exchange('#token=abc')).toBe('exchanged');
    expect(await exchange('')).toBe('absent');
    expect(await exchange('#token=old', false)).toBe('refused');
    expect(posted).toEqual(['abc', 'old']);
    expect(forgotten).toBe(2);
  });
});
