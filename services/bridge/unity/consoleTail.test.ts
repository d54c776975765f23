import { expect, it } from 'vitest';
import type { UnityCalls } from './calls.ts';
import { makeConsoleSince } from './consoleSince.ts';
import { makeConsoleTail } from './consoleTail.ts';

const never = new AbortController().signal;

/** A console as Unity's server gives it page by page. */
function start(length: number) {
  const console = Array.from({ length }, (_, nth) => `line ${nth}`);
  const state = { reads: 0 };
  const read: UnityCalls['read'] = (_tool, args, schema) => {
    state.reads += 1;
    const [cursor, size] = [Number(args['cursor']), Number(args['page_size'])];
    const items = console.slice(cursor, cursor + size).map((message) => ({ type: 'Log', message }));
    return Promise.resolve(
      schema.parse({
        items,
        truncated: console.length > cursor + size,
        total: Math.min(console.length, cursor + size + 1),
      }),
    );
  };
  const { mark } = makeConsoleSince({ calls: { read }, instanceId: () => 'Game@1' });
  return { console, state, mark, tail: makeConsoleTail({ calls: { read }, mark }) };
}

it('is the newest lines with their numbers, and the places of earlier marks among them', async () => {
  const { console, tail, mark } = start(1_300);
  const earlier = await mark(never);
  console.push('new');
  const read = await tail.read({ count: 1_000, known: null }, never);
  if (read === null || earlier === null) throw new Error('the server counts its messages');
  expect([read.from, read.messages.length, read.end.total]).toEqual([301, 1_000, 1_301]);
  expect(read.messages.at(-1)).toEqual({ severity: 'log', message: 'new' });
  expect(read.placesOf([earlier])).toEqual([999]);
});

it('costs one read while nothing is new', async () => {
  const { console, state, tail } = start(900);
  const first = await tail.read({ count: 500, known: null }, never);
  const reads = state.reads;
  expect(await tail.read({ count: 500, known: first?.end ?? null }, never)).toBeNull();
  expect(state.reads - reads).toBe(1);
  console.splice(0);
  expect((await tail.read({ count: 500, known: first?.end ?? null }, never))?.messages).toEqual([]);
});
