import { describe, expect, it } from 'vitest';
import { failed, makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { sampleMessage, sessionId } from '../../testing/samples.ts';
import { makeChat } from './chatStore.ts';

function setUp() {
  let online = true;
  let made = 0;
  const client = makeFakeClient({
    'chat.send': () => (online ? ok({ message: sampleMessage(0) }) : failed('connection_closed', 'Closed.')),
  });
  const chat = makeChat({ client, newId: () => `id-${(made += 1)}` });
  const sent = () => client.requests.map(({ input }) => input);
  return { chat, sent, setOnline: (value: boolean) => (online = value) };
}

describe('sending a message', () => {
  it('gives the text back as the draft when it could not be sent, and says why', async () => {
    const { chat, setOnline } = setUp();
    setOnline(false);
    await chat.send(sessionId, 'Create a player');
    expect(chat.store.getState().drafts.get(sessionId)).toBe('Create a player');
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
