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

test('work whose thread dies over it is done here, and the next has a new thread', async () => {
  const heavy = start(() => {
    const channel = openWorkerThread();
    return opened === 1 ? { ...channel, post: () => channel.close() } : channel;
  });
  expect(sizeOf(await heavy.shrinkPng(picture, 100))).toEqual([100, 50]);
  expect(sizeOf(await heavy.shrinkPng(picture, 40))).toEqual([40, 20]);
  expect(opened).toBe(2);
});

test('where no thread can be had the work is done here', async () => {
  const heavy = start(() => {
    throw new Error('no more threads');
  });
  expect((await heavy.search(folder.dir, doors)).total).toBe(1);
});

test('what is no picture is refused as it would be here', async () => {
  await expect(start().shrinkPng(new Uint8Array([1, 2, 3]), 100)).rejects.toThrow();
});
