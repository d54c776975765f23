import { describe, expect, it } from 'vitest';
import { conversationSettingsSchema } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import { makeFakeEngine } from '../testing/fakeEngine.ts';
import { makeTestDelivery } from '../testing/testDelivery.ts';
import { base64Of, pngOf } from '../testing/testImages.ts';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { chatRoutes } from './chat.ts';
import { imageRoutes } from './image.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

const idOf = (n: number): string => `01a20000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`;

function setUp(whileBusy: 'interrupt' | 'queue' = 'interrupt') {
  const engine = makeFakeEngine();
  const pushed: string[] = [];
  const push: Parameters<typeof makeTestDelivery>[0]['push'] = (event) => {
    if (event.name === 'message.changed') pushed.push(`${event.payload.message.text} ${event.payload.message.status}`);
  };
  const { views, delivery } = makeTestDelivery({
    journal,
    engine,
    push,
    assetNotes: async (_session, paths) => ({
      text: `names ${paths.join()}`,
      images: [{ mimeType: 'image/png', width: 2, height: 2, bytes: pngOf(2, 2) }],
    }),
  });
  const settings = {
    conversation: () => conversationSettingsSchema.parse({ whileBusy }),
    update: () => conversationSettingsSchema.parse({}),
  };
  const chat = chatRoutes({ journal, engine, push, settings, views, delivery });
  const say = (n: number, more: { whileBusy?: 'interrupt' | 'queue' } = {}) =>
    chat['chat.send']({ sessionId, messageId: idOf(n), text: `m${n}`, ...more });
  return { engine, pushed, views, chat, say, images: imageRoutes({ journal }) };
}

describe('a message sent while the model answers', () => {
  it('is answered at once as waiting when it is to be queued, and is complete when it was sent', async () => {
    const { engine, pushed, views, say } = setUp('queue');
    views.setBusy(sessionId, true);
    expect((await say(1)).message.status).toBe('queued');
    expect(pushed).toEqual(['m1 queued']);
    journal.messages.insert({
      sessionId,
      messageId: 'a',
      role: 'assistant',
      text: 'said meanwhile',
      status: 'complete',
    });
    engine.release();
    await expect.poll(() => pushed).toEqual(['m1 queued', 'm1 complete']);
    expect(journal.messages.list(sessionId).map(({ text }) => text)).toEqual(['said meanwhile', 'm1']);
  });

  it('stands after the waiting messages that it takes along, as the model is told them', async () => {
    const { engine, views, say } = setUp('queue');
    views.setBusy(sessionId, true);
    await say(1);
    const interrupting = say(2, { whileBusy: 'interrupt' });
    engine.release();
    await interrupting;
    expect(journal.messages.list(sessionId).map(({ text }) => text)).toEqual(['m1', 'm2']);
  });

  it('does what was asked for it, whatever the setting says', async () => {
    const { engine, views, say } = setUp('queue');
    views.setBusy(sessionId, true);
    expect((await say(1, { whileBusy: 'interrupt' })).message.status).toBe('complete');
    expect(engine.sent).toMatchObject([{ whileBusy: 'interrupt' }]);
  });

  it('can be taken back while it waits, and says nothing about a failure then', async () => {
    const { views, chat, say, pushed } = setUp('queue');
    views.setBusy(sessionId, true);
    await say(1);
    expect(await chat['chat.unqueue']({ sessionId, messageId: idOf(1) })).toMatchObject({
      taken: true,
      message: { status: 'cancelled', text: 'm1' },
    });
    await new Promise(setImmediate);
    expect(pushed).toEqual(['m1 queued', 'm1 cancelled']);
    expect(journal.messages.list(sessionId)).toHaveLength(1);
    expect(await chat['chat.unqueue']({ sessionId, messageId: idOf(1) })).toMatchObject({ taken: false });
  });

  it('cannot be taken back once it was sent', async () => {
    const { engine, views, chat, say, pushed } = setUp('queue');
    views.setBusy(sessionId, true);
    await say(1);
    engine.release();
    await expect.poll(() => pushed.at(-1)).toBe('m1 complete');
    expect(await chat['chat.unqueue']({ sessionId, messageId: idOf(1) })).toMatchObject({
      taken: false,
      message: { status: 'complete' },
    });
  });
});

describe('asking again', () => {
  it('asks the engine for the newest message, and sends one that had failed', async () => {
    const { engine, chat, say } = setUp();
    await say(1);
    await chat['chat.retry']({ sessionId, messageId: idOf(1) });
    expect(engine.asked).toEqual(['send m1', `retry ${idOf(1)}`]);
    journal.messages.finish(sessionId, idOf(1), { status: 'failed' });
    const { message } = await chat['chat.retry']({ sessionId, messageId: idOf(1) });
    expect(message.status).toBe('complete');
    expect(engine.asked.at(-1)).toBe('send m1');
  });

  it('gives a message that had failed the place in which the model is told it', async () => {
    const { say } = setUp();
    await say(1);
    journal.messages.finish(sessionId, idOf(1), { status: 'failed' });
    journal.facts.insert(sessionId, 'a build ended meanwhile');
    const { message } = await say(1);
    expect(message.status).toBe('complete');
    expect(message.position).toBeGreaterThan(journal.facts.list(sessionId)[0]?.position ?? Infinity);
  });

  it('is for the newest message only', async () => {
    const { chat, say } = setUp();
    await say(1);
    await say(2);
    await expect(chat['chat.retry']({ sessionId, messageId: idOf(1) })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(chat['chat.retry']({ sessionId, messageId: 'none' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('images and assets of a message', () => {
  it('are kept with it, sent with it, and read back', async () => {
    const { engine, chat, images } = setUp();
    const [first, second] = [pngOf(8, 4), pngOf(5, 5, 20)];
    const input = { sessionId, messageId: idOf(1), text: 'What is this?' };
    const { message } = await chat['chat.send']({
      ...input,
      images: [first, second].map((bytes) => ({ mimeType: 'image/jpeg', base64: base64Of(bytes) })),
    });
    expect(message.images).toMatchObject([
      { mimeType: 'image/png', width: 8, height: 4 },
      { mimeType: 'image/png', width: 5, height: 5 },
    ]);
    expect(engine.sent[0]?.images?.map(({ bytes }) => Buffer.from(bytes))).toEqual(
      [first, second].map((bytes) => Buffer.from(bytes)),
    );
    const read = await images['image.read']({ sessionId, messageId: idOf(1), index: 1 });
    expect(Buffer.from(read.bytes)).toEqual(Buffer.from(second));
    await expect(images['image.read']({ sessionId, messageId: idOf(1), index: 2 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('keep nothing when one image is none', async () => {
    const { chat } = setUp();
    const images = [pngOf(2, 2), Buffer.from('no image at all, but long enough to have a header')];
    await expect(
      chat['chat.send']({
        sessionId,
        messageId: idOf(1),
        text: 'Look',
        images: images.map((bytes) => ({ mimeType: 'image/png', base64: base64Of(bytes) })),
      }),
    ).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Image 2') });
    expect(journal.messages.list(sessionId)).toEqual([]);
  });

  it('tell the model what an asset is before the message, and show it a picture among them', async () => {
    const { engine, chat } = setUp();
    await chat['chat.send']({ sessionId, messageId: idOf(1), text: 'Use it', assets: ['Assets/A.png'] });
    expect(engine.asked).toEqual(['inform names Assets/A.png', 'send Use it']);
    expect(engine.sent[0]?.images).toHaveLength(1);
    const [fact] = journal.facts.list(sessionId);
    expect(fact).toMatchObject({ text: 'names Assets/A.png' });
    expect(journal.messages.get(sessionId, idOf(1))?.position).toBeGreaterThan(fact?.position ?? Infinity);
  });

  it('outlive the retention of frames', async () => {
    const { chat } = setUp();
    const bytes = pngOf(6, 6);
    const image = { mimeType: 'image/png', base64: base64Of(bytes) };
    await chat['chat.send']({ sessionId, messageId: idOf(1), text: 'Look', images: [image] });
    const [kept] = journal.messages.get(sessionId, idOf(1))?.images ?? [];
    const frame = { frameId: idOf(9), sha256: kept?.sha256 ?? '', mimeType: 'image/png', width: 6, height: 6 };
    const facts = { captureSource: 'game_view', blank: false, unchanged: false, kept: true } as const;
    const links = { sessionId, callId: null, changeId: null, camera: null, sizeBytes: bytes.length };
    journal.frames.insert({ ...frame, ...facts, ...links, createdAt: '2020-01-01T00:00:00.000Z' }, bytes);
    expect(journal.frames.expire({ maxAgeMs: 30 * 24 * 3_600_000, maxBytes: 2e9 })).toBe(1);
    expect(kept === undefined ? null : Buffer.from(journal.messages.imageBytes(kept))).toEqual(Buffer.from(bytes));
  });
});
