import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import type { Journal } from '../journal/index.ts';
import { makeTestFolder, openTestJournal } from '../testing/testJournal.ts';
import { openWorkerThread, type OpenHeavyChannel } from './channel.ts';
import { makeHeavyWork, type HeavyWork } from './heavyWork.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const picture = PNG.sync.write(new PNG({ width: 400, height: 200 }));
let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let work: HeavyWork;
let opened: number;

beforeEach(() => {
  folder = makeTestFolder();
  opened = 0;
  journal = openTestJournal(folder.dir, Date.now);
  addSession(1, 'Doors that open');
});
afterEach(() => {
  work.close();
  journal.close();
  folder.remove();
});

function addSession(n: number, title: string): void {
  const sessionId = `0199a7c8-0000-7000-8000-00000000000${n}`;
  journal.sessions.insert({ sessionId, title, titleIsDefault: false, projectName: null, simulated: false });
}
function start(open: OpenHeavyChannel = openWorkerThread): HeavyWork {
  work = makeHeavyWork({
    open: () => {
      opened += 1;
      return open();
    },
    logger,
  });
  return work;
}
const sizeOf = (bytes: Uint8Array): readonly number[] => {
  const { width, height } = PNG.sync.read(Buffer.from(bytes));
  return [width, height];
};
const doors = { words: 'doors', order: 'best', limit: 10, offset: 0 } as const;

test('pictures are made small and the open journal is searched in one other thread', async () => {
  const heavy = start();
  const [small, page] = await Promise.all([heavy.shrinkPng(picture, 100), heavy.search(folder.dir, doors)]);
  expect(sizeOf(small)).toEqual([100, 50]);
  expect(page).toMatchObject({ total: 1, hits: [{ title: 'Doors that open' }] });
  expect(opened).toBe(1);
});

test('what was kept a moment ago is found', async () => {
  const heavy = start();
  await heavy.search(folder.dir, doors);
  addSession(2, 'More doors');
  expect((await heavy.search(folder.dir, doors)).total).toBe(2);
});

const lines = (of: (at: number) => string): string => Array.from({ length: 20_000 }, (_, at) => `${of(at)}\n`).join('');
const before = lines((at) => `line ${at}`);
const after = lines((at) => (at === 7_000 ? 'changed' : `line ${at}`));

test('long texts are compared in the other thread, short ones where they are', async () => {
  const heavy = start();
  expect(await heavy.countChangedLines('a\nb\n', 'a\nc\n')).toEqual({ addedLines: 1, removedLines: 1 });
  expect(await heavy.countChangedLines(null, after)).toEqual({ addedLines: 20_000, removedLines: 0 });
  expect(await heavy.merge({ base: 'a\n', now: 'a\nb\n', target: 'c\n' })).toMatchObject({ kind: 'conflict' });
  expect(opened).toBe(0);
  expect(await heavy.countChangedLines(before, after)).toEqual({ addedLines: 1, removedLines: 1 });
  const now = after.replace('line 100\n', 'mine\n');
  const merged = before.replace('line 100\n', 'mine\n');
  expect(await heavy.merge({ base: after, now, target: before })).toEqual({ kind: 'merged', text: merged });
  const conflict = await heavy.merge({ base: after, now: after.replace('changed\n', 'mine\n'), target: before });
  expect(await heavy.findEdits(before, after)).toMatchObject({
    kind: 'edits',
    edits: [{ startLine: 7_001, endLine: 7_002, newText: 'changed\n' }, { newText: '' }],
  });
  expect(await heavy.findEdits('', after)).toMatchObject({ kind: 'refused', data: { limitBytes: 65_536 } });
  expect(conflict).toEqual({ kind: 'conflict', regions: [{ line: 7_001, now: 'mine\n', wanted: 'line 7000\n' }] });
  expect(opened).toBe(1);
});

test('a session is written out in another thread, however it became long, also what was just said', async () => {
  const heavy = start();
  const sessionId = '0199a7c8-0000-7000-8000-000000000001';
  const text = lines((at) => `word ${at}`);
  journal.messages.insert({ sessionId, messageId: 'm', role: 'assistant', text: '', status: 'streaming' });
  journal.messages.appendDelta(sessionId, 'm', text);
  journal.messages.flush();
  const exported = { sessionId, exportedAt: '2026-11-23T10:00:00.000Z', spark: '0.0.0' };
  const markdown = await heavy.exportSession(folder.dir, { ...exported, format: 'markdown' });
  expect(Buffer.from(markdown).toString()).toContain(`# Doors that open\n\n`);
  expect(Buffer.from(markdown).toString()).toContain(`## SPARK · being written\n\n`);
  expect(Buffer.from(markdown).toString()).toContain(text);
  const json: unknown = JSON.parse(
    Buffer.from(await heavy.exportSession(folder.dir, { ...exported, format: 'json' })).toString(),
  );
  expect(json).toMatchObject({ session: { title: 'Doors that open' }, messages: [{ text }] });
  expect(opened).toBe(1);
  const unknown = heavy.exportSession(folder.dir, {
    ...exported,
    format: 'json',
    sessionId: '0199a7c8-0000-7000-8000-000000000009',
  });
  await expect(unknown).rejects.toMatchObject({ name: 'AppError', code: 'not_found' });
});

test('a search and a preview wait for no merge and no export', async () => {
  const asked: string[] = [];
  const heavy = start(() => {
    const channel = openWorkerThread();
    return {
      ...channel,
      post(request) {
        asked.push(request.task.kind);
        // These never end.
        if (request.task.kind !== 'merge' && request.task.kind !== 'export') channel.post(request);
      },
    };
  });
  const merging = heavy.merge({ base: after, now: after.replace('line 100\n', 'mine\n'), target: before });
  const exporting = heavy.exportSession(folder.dir, { sessionId: '', format: 'json', exportedAt: '', spark: '' });
  const ends = Promise.allSettled([merging, exporting]);
  expect((await heavy.search(folder.dir, doors)).total).toBe(1);
  expect(sizeOf(await heavy.shrinkPng(picture, 40))).toEqual([40, 20]);
  expect(asked.toSorted()).toEqual(['export', 'merge', 'search', 'shrink_png']);
  heavy.close();
  expect(await ends).toEqual([
    { status: 'rejected', reason: expect.objectContaining({ code: 'cancelled' }) },
    { status: 'rejected', reason: expect.objectContaining({ code: 'cancelled' }) },
  ]);
});

test('a text of more than two million characters is not merged; untouched since it needs no merge', async () => {
  const heavy = start();
  const long = 'x'.repeat(2 * 1024 * 1024 + 1);
  await expect(heavy.merge({ base: 'a', now: long, target: 'b' })).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringMatching(/2\.0 million characters.*up to 2\. Nothing was changed/),
    data: { characters: 2_097_153, limitCharacters: 2_097_152 },
  });
  expect(await heavy.merge({ base: long, now: long, target: 'b' })).toEqual({ kind: 'merged', text: 'b' });
  expect(opened).toBe(0);
});

test('a large frame is measured in the other thread, a small one here', async () => {
  const heavy = start();
  expect(await heavy.measureFrame(picture)).toEqual({ width: 400, height: 200, blank: true });
  expect(opened).toBe(0);
  const large = PNG.sync.write(new PNG({ width: 1_200, height: 1_000 }));
  expect(await heavy.measureFrame(large)).toEqual({ width: 1_200, height: 1_000, blank: true });
  expect(opened).toBe(1);
});

test('a large frame that is cut is refused by code', async () => {
  const large = PNG.sync.write(new PNG({ width: 1_200, height: 1_000 }));
  const cut = start().measureFrame(large.subarray(0, 60));
  await expect(cut).rejects.toMatchObject({ code: 'unity_rejected' });
});

test('what is no picture is refused as it would be here', async () => {
  await expect(start().shrinkPng(new Uint8Array([1, 2, 3]), 100)).rejects.toThrow();
});
