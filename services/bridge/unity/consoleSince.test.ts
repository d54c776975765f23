import { expect, it } from 'vitest';
import type { UnityCalls } from './calls.ts';
import { makeConsoleSince } from './consoleSince.ts';

const never = new AbortController().signal;

/** A console as Unity's server gives it page by page. */
function start() {
  const state = { console: [] as string[], instanceId: 'SparkSample@1', reads: 0 };
  const read: UnityCalls['read'] = (_tool, args, schema) => {
    state.reads += 1;
    const [cursor, size] = [Number(args['cursor']), Number(args['page_size'])];
    const items = state.console.slice(cursor, cursor + size).map((message) => ({ type: 'Log', message }));
    const total = Math.min(state.console.length, cursor + size + 1);
    return Promise.resolve(schema.parse({ items, truncated: total > cursor + size, total }));
  };
  const since = makeConsoleSince({ calls: { read }, instanceId: () => state.instanceId });
  const add = (count: number, name: string): void => {
    for (let nth = 0; nth < count; nth += 1) state.console.push(`${name} ${nth}`);
  };
  /** Marks, and says how many reads that took. */
  const mark = async () => {
    const before = state.reads;
    const taken = await since.mark(never);
    return { taken, reads: state.reads - before };
  };
  const linesSince = async ({ taken }: Awaited<ReturnType<typeof mark>>): Promise<string[] | undefined> => {
    if (taken === null) throw new Error('the server counts its messages');
    const found = await since.since({ types: ['log'], count: 100, mark: taken }, never);
    return found?.map(({ message }) => message);
  };
  return { state, add, mark, linesSince };
}

it('is marked with one read once its end has been found', async () => {
  const { add, mark, linesSince } = start();
  add(300, 'old');
  expect((await mark()).reads).toBe(2);
  add(30, 'more');
  const second = await mark();
  expect(second.reads).toBe(1);
  expect(await linesSince(second)).toEqual([]);
  add(2, 'new');
  expect(await linesSince(second)).toEqual(['new 0', 'new 1']);
});

it.each([
  ['was cleared and has fewer messages than the fingerprint', 5],
  ['lost most of its messages', 265],
  ['lost a few', 290],
  ['is empty', 0],
  ['grew by more than a look holds', 600],
])('is marked at its end when it %s since the last mark', async (_name, length) => {
  const { state, add, mark, linesSince } = start();
  add(300, 'old');
  await mark();
  state.console.splice(0);
  add(length, 'other');
  const marked = await mark();
  expect(marked.taken?.total).toBe(length);
  add(1, 'new');
  expect(await linesSince(marked)).toEqual(['new 0']);
});

it('of another editor is looked at afresh', async () => {
  const { state, add, mark } = start();
  add(300, 'old');
  await mark();
  state.instanceId = 'Other@2';
  expect((await mark()).reads).toBe(2);
});
