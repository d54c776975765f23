import { describe, expect, it } from 'vitest';
import type { ApiResult, SessionSnapshot } from '../../../shared/contracts/api/index.ts';
import { failed, makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { sampleMessage, sampleSnapshot, sessionId } from '../../testing/samples.ts';
import { makeOpenSession } from './openSessionStore.ts';

const withText = (text: string): SessionSnapshot =>
  sampleSnapshot({ messages: [sampleMessage(1, { text, status: 'streaming' })] });
const delta = (offset: number, text: string) => ({ sessionId, messageId: 'm1', offset, delta: text });

/** A bridge whose snapshot can be changed, and a frame that runs when the test says. */
function setUp(answer: () => ApiResult<SessionSnapshot> | Promise<ApiResult<SessionSnapshot>>) {
  const frames: (() => void)[] = [];
  const client = makeFakeClient({ 'session.open': answer });
  const handle = makeOpenSession({ client, schedule: (run) => frames.push(run) });
  const frame = (): void => frames.splice(0).forEach((run) => run());
  const text = (): string | undefined => handle.store.getState().messages.get('m1')?.text;
  const opens = (): number => client.requests.filter(({ route }) => route === 'session.open').length;
  return { client, handle, frame, frames, text, opens };
}

/** Lets the answers that are already there arrive. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe('the store of the opened session', () => {
  it('applies all deltas of one frame in one change', async () => {
    const { client, handle, frame, frames, text } = setUp(() => ok(withText('')));
    await handle.open(sessionId);
    let changes = 0;
    handle.store.subscribe(() => (changes += 1));
    for (let n = 0; n < 100; n += 1) client.push('message.streamed', delta(n, 'x'));
    expect(frames).toHaveLength(1);
    frame();
    expect(changes).toBe(1);
    expect(text()).toBe('x'.repeat(100));
  });

  it('opens the session again after a missed delta and ends with the whole text', async () => {
    let bridge = '';
    const { client, handle, frame, text, opens } = setUp(() => ok(withText(bridge)));
    await handle.open(sessionId);
    bridge = 'one two three';
    client.push('message.streamed', delta(0, 'one '));
    client.push('message.streamed', delta(8, 'three'));
    frame();
    await settled();
    expect(opens()).toBe(2);
    expect(text()).toBe('one two three');
  });

  it('applies what is pushed while the snapshot is on its way after it', async () => {
    let arrive: (result: ApiResult<SessionSnapshot>) => void = () => undefined;
    const { client, handle, frame, text } = setUp(() => new Promise((resolve) => (arrive = resolve)));
    const opening = handle.open(sessionId);
    client.push('message.streamed', delta(0, 'ab'));
    client.push('message.streamed', delta(2, 'cd'));
    arrive(ok(withText('abc')));
    await opening;
    frame();
    expect(text()).toBe('abcd');
  });

  it('opens the session again when the connection comes back and keeps what is shown meanwhile', async () => {
    let bridge = 'before';
    const { client, handle, text, opens } = setUp(() => ok(withText(bridge)));
    await handle.open(sessionId);
    client.setConnection('closed');
    expect(text()).toBe('before');
    bridge = 'before and after';
    client.setConnection('open');
    await settled();
    expect(opens()).toBe(2);
    expect(text()).toBe('before and after');
  });

  it('forgets the answer of a session that is no longer the opened one', async () => {
    const other = '0198c0de-0000-7000-8000-0000000000ff';
    const answers: ((result: ApiResult<SessionSnapshot>) => void)[] = [];
    const { handle } = setUp(() => new Promise((resolve) => answers.push(resolve)));
    const first = handle.open(sessionId);
    const second = handle.open(other);
    answers[1]?.(ok({ ...sampleSnapshot(), session: { ...sampleSnapshot().session, sessionId: other } }));
    answers[0]?.(ok(sampleSnapshot()));
    await Promise.all([first, second]);
    expect(handle.store.getState().sessionId).toBe(other);
  });

  it('says why when a session cannot be opened, and can be tried again', async () => {
    let fails = true;
    const { handle } = setUp(() => (fails ? failed('not_found', 'There is no such session.') : ok(sampleSnapshot())));
    await handle.open(sessionId);
    expect(handle.store.getState()).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    fails = false;
    await handle.open(sessionId);
    expect(handle.store.getState().status).toBe('open');
  });

  it('is not open for a request while the program is opened again, and is when it was opened again', async () => {
    const { handle } = setUp(() => ok(withText('kept')));
    await handle.open(sessionId);
    handle.doubt();
    expect(handle.store.getState()).toMatchObject({ status: 'opening', sessionId });
    await handle.open(sessionId);
    expect(handle.store.getState()).toMatchObject({ status: 'open', sessionId });
  });
});
