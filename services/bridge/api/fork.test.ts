import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { bridgeVariables, openBridge } from '../bridge.ts';
import { openTestJournal, makeTestFolder, silentLogger } from '../testing/testJournal.ts';
import { base64Of, pngOf } from '../testing/testImages.ts';
import { readTranscript } from '../transcript.ts';
import type { SparkBridge } from '../types.ts';
import { forkTitle } from './fork.ts';

let folder: ReturnType<typeof makeTestFolder>;
let bridge: SparkBridge;
beforeEach(async () => {
  folder = makeTestFolder();
  bridge = await openBridge({
    config: loadConfig({ SPARK_DATA_DIR: folder.dir }, [...bridgeVariables]),
    logger: silentLogger,
    lifecycle: makeLifecycle({ logger: silentLogger }),
    hostKind: 'web',
    version: '0.0.0',
  });
});
afterEach(async () => {
  await bridge.close();
  folder.remove();
});

const idOf = (n: number): string => `01a20000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`;
const image = { mimeType: 'image/png', base64: base64Of(pngOf(4, 4)) };

/** A session whose messages are `texts`, each kept (no model is there to take it). */
async function sessionWith(texts: readonly string[]): Promise<string> {
  const { session } = await bridge.api['session.create']({ title: 'Story' });
  for (const [n, text] of texts.entries()) {
    const images = n === 1 ? { images: [image] } : {};
    await bridge.api['chat.send']({ sessionId: session.sessionId, messageId: idOf(n), text, ...images });
  }
  return session.sessionId;
}
const fork = (sessionId: string, at: number, n: number, text: string) =>
  bridge.api['chat.fork']({ sessionId, messageId: idOf(at), text, newSessionId: idOf(n), newMessageId: idOf(n + 1) });
const textsOf = async (sessionId: string): Promise<string[]> => {
  const { messages } = await bridge.api['session.open']({ sessionId });
  return messages.filter(({ role }) => role === 'user').map(({ text }) => text);
};

describe('a fork', () => {
  it('has what was said before the message, and its text in its place; the parent stays as it was', async () => {
    const parent = await sessionWith(['one', 'two', 'three']);
    const { session, message } = await fork(parent, 1, 20, 'TWO');
    expect(session).toMatchObject({
      sessionId: idOf(20),
      title: 'Story (fork)',
      forkedFrom: { sessionId: parent, title: 'Story' },
    });
    expect(message).toMatchObject({ sessionId: idOf(20), text: 'TWO', images: [{ width: 4, height: 4 }] });
    expect(message.position).toBe(session.forkedFrom?.position);
    expect(await textsOf(idOf(20))).toEqual(['one', 'TWO']);
    expect(await textsOf(parent)).toEqual(['one', 'two', 'three']);
    const read = await bridge.api['image.read']({ sessionId: idOf(20), messageId: idOf(21), index: 0 });
    expect(Buffer.from(read.bytes)).toEqual(Buffer.from(pngOf(4, 4)));
  });

  it('of a fork goes on through the whole line, from wherever its message was written', async () => {
    const parent = await sessionWith(['one', 'two']);
    await fork(parent, 1, 20, 'TWO');
    const { messages } = await bridge.api['session.open']({ sessionId: idOf(20) });
    expect(messages.map(({ sessionId }) => sessionId).at(0)).toBe(parent);
    const { session } = await fork(idOf(20), 21, 30, 'Two');
    expect(session).toMatchObject({ title: 'Story (fork 2)', forkedFrom: { sessionId: idOf(20) } });
    expect(await textsOf(idOf(30))).toEqual(['one', 'Two']);
    await bridge.api['chat.send']({ sessionId: idOf(30), messageId: idOf(32), text: 'three' });
    expect(await textsOf(idOf(30))).toEqual(['one', 'Two', 'three']);
    const { session: first } = await fork(idOf(30), 0, 40, 'ONE');
    expect(first.forkedFrom?.sessionId).toBe(parent);
    expect(await textsOf(idOf(40))).toEqual(['ONE']);
  });

  it('asked for twice is one', async () => {
    const parent = await sessionWith(['one', 'two']);
    await fork(parent, 1, 20, 'TWO');
    await fork(parent, 1, 20, 'TWO');
    expect(await textsOf(idOf(20))).toEqual(['one', 'TWO']);
    const { sessions } = await bridge.api['session.list']({});
    expect(sessions).toHaveLength(2);
    await expect(fork(parent, 0, 20, 'ONE')).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('is refused at what is no message of the developer, and without a text', async () => {
    const parent = await sessionWith(['one']);
    await expect(fork(parent, 9, 20, 'x')).rejects.toMatchObject({ code: 'not_found' });
    await expect(fork(parent, 0, 20, '')).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await bridge.api['session.list']({})).sessions).toHaveLength(1);
  });
});

describe('what a fork takes from its parents', () => {
  it('is their messages, calls and facts before it, and what those calls made', async () => {
    await bridge.close();
    const journal = openTestJournal(folder.dir);
    const base = { titleIsDefault: false, projectName: null, simulated: false };
    journal.sessions.insert({ ...base, sessionId: idOf(1), title: 'a' });
    const call = { sessionId: idOf(1), origin: 'model', name: 'readUnityScript', effect: 'read' } as const;
    const message = { role: 'user', status: 'complete' } as const;
    journal.calls.insert({ ...call, callId: 'before', argumentsJson: '{}' });
    journal.facts.insert(idOf(1), 'fact before');
    journal.messages.insert({ ...message, sessionId: idOf(1), messageId: 'm', text: 'here' });
    journal.calls.insert({ ...call, callId: 'after', argumentsJson: '{}' });
    journal.facts.insert(idOf(1), 'fact after');
    journal.sessions.insert({ ...base, sessionId: idOf(2), title: 'b', fork: { sessionId: idOf(1), position: 2 } });
    journal.facts.insert(idOf(2), 'own');
    const transcript = readTranscript(journal, idOf(2));
    expect(transcript.calls.map(({ view }) => view.callId)).toEqual(['before']);
    expect(transcript.messages).toEqual([]);
    expect(transcript.facts).toEqual([
      { position: 1, text: 'fact before' },
      { position: 2, text: 'own' },
    ]);
    journal.close();
  });
});

it('the title of a fork counts', () => {
  expect(forkTitle('A')).toBe('A (fork)');
  expect(forkTitle('A (fork)')).toBe('A (fork 2)');
  expect(forkTitle('A (fork 9)')).toBe('A (fork 10)');
  expect(forkTitle('x'.repeat(200))).toHaveLength(200);
});
