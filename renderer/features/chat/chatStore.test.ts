import { describe, expect, it } from 'vitest';
import { failed, makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { sampleMessage, sessionId } from '../../testing/samples.ts';
import { noDrafts } from '../../testing/noDrafts.ts';
import { makeChat } from './chatStore.ts';

function setUp() {
  let online = true;
  let made = 0;
  const client = makeFakeClient({
    'chat.send': () => (online ? ok({ message: sampleMessage(0) }) : failed('connection_closed', 'Closed.')),
  });
  const chat = makeChat({ ...noDrafts, client, newId: () => `id-${(made += 1)}` });
  const sent = () => client.requests.map(({ input }) => input);
  return { chat, sent, setOnline: (value: boolean) => (online = value) };
}

describe('sending a message', () => {
  it('gives the text back as the draft when it could not be sent, and says why', async () => {
    const { chat, setOnline } = setUp();
    setOnline(false);
    await chat.send(sessionId, 'Create a player');
    expect(chat.drafts.store.getState().texts.get(sessionId)).toBe('Create a player');
    expect(chat.store.getState().error?.code).toBe('connection_closed');
  });

  it('sends the same text again under the same id after a lost answer, so that it is one message', async () => {
    const { chat, sent, setOnline } = setUp();
    setOnline(false);
    await chat.send(sessionId, 'Create a player');
    setOnline(true);
    await chat.send(sessionId, 'Create a player');
    await chat.send(sessionId, 'Create a player');
    expect(sent()).toMatchObject([{ messageId: 'id-1' }, { messageId: 'id-1' }, { messageId: 'id-2' }]);
  });

  it('sends nothing for blank text', async () => {
    const { chat, sent } = setUp();
    await chat.send(sessionId, '  \n ');
    expect(sent()).toEqual([]);
  });
});

describe('the draft of a session', () => {
  it('is sent with its images and its assets, and is back with all of them when it could not be', async () => {
    const { chat, sent, setOnline } = setUp();
    await chat.drafts.addFiles(sessionId, [new File(['x'], 'a.png', { type: 'image/png' })]);
    chat.drafts.setText(sessionId, 'Use @Assets/A.png');
    setOnline(false);
    await chat.submit(sessionId, 'queue');
    expect(sent()).toMatchObject([
      { text: 'Use @Assets/A.png', assets: ['Assets/A.png'], whileBusy: 'queue', images: [{ base64: 'AQI=' }] },
    ]);
    expect(chat.drafts.store.getState().texts.get(sessionId)).toBe('Use @Assets/A.png');
    expect(chat.drafts.imagesOf(sessionId)).toHaveLength(1);
    setOnline(true);
    await chat.submit(sessionId);
    expect(chat.drafts.imagesOf(sessionId)).toEqual([]);
    expect(sent()).toMatchObject([{ messageId: 'id-2' }, { messageId: 'id-2' }]);
  });

  it('that is too long is not sent and stays', async () => {
    const { chat, sent } = setUp();
    chat.drafts.setText(sessionId, 'x'.repeat(100_001));
    await chat.submit(sessionId);
    expect(sent()).toEqual([]);
    expect(chat.drafts.store.getState().texts.get(sessionId)).toHaveLength(100_001);
    expect(chat.store.getState().error?.message).toContain('100,001');
  });
});

describe('steering', () => {
  const setUpSteering = () => {
    const held = Promise.withResolvers<void>();
    const message = sampleMessage(0, { role: 'user', text: 'later', status: 'queued' });
    let taken = true;
    const client = makeFakeClient({
      'chat.cancel': async () => {
        await held.promise;
        return ok({ cancelled: true });
      },
      'chat.unqueue': () => ok({ taken, message }),
      'chat.fork': () => failed('connection_closed', 'Closed.'),
    });
    let made = 0;
    const chat = makeChat({ ...noDrafts, client, newId: () => `id-${(made += 1)}` });
    return { chat, client, message, held, setTaken: (value: boolean) => (taken = value) };
  };

  it('stops once, however often Escape is pressed', async () => {
    const { chat, client, held } = setUpSteering();
    const stops = [chat.stop(sessionId), chat.stop(sessionId)];
    held.resolve();
    await Promise.all(stops);
    expect(client.requests).toHaveLength(1);
  });

  it('puts a message that was taken back before what is being written', async () => {
    const { chat, message, setTaken } = setUpSteering();
    chat.drafts.setText(sessionId, 'now');
    await chat.takeBack(message);
    expect(chat.drafts.store.getState().texts.get(sessionId)).toBe('later\nnow');
    setTaken(false);
    await chat.takeBack(message);
    expect(chat.drafts.store.getState().texts.get(sessionId)).toBe('later\nnow');
    expect(chat.drafts.store.getState().refusal).toContain('sent meanwhile');
  });

  it('asks for the same fork again after a lost answer', async () => {
    const { chat, client } = setUpSteering();
    expect(await chat.fork(sessionId, 'm0', 'other')).toBeNull();
    await chat.fork(sessionId, 'm0', 'other');
    const [first, second] = client.requests.map(({ input }) => input);
    expect(second).toEqual(first);
  });
});
