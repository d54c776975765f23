import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { pageOf, parseCursor, toCursor } from './paging.ts';

interface Row {
  readonly day: string;
  readonly model: string;
}
const keyOf = ({ day, model }: Row) => [day, model];

function walk(rows: readonly Row[], limit: number): Row[] {
  const seen: Row[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = pageOf(rows, { keyOf, limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items);
    if (page.next === null) return seen;
    cursor = page.next;
  }
}

test('page by page every row comes once and in order, whatever the size of a page', () => {
  const word = fc.stringMatching(/^[a-c]{0,3}$/);
  const rows = fc.uniqueArray(fc.record({ day: word, model: word }), { selector: (row) => JSON.stringify(row) });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 5 }), (given, limit) => {
      const seen = walk(given, limit);
      expect(seen).toHaveLength(given.length);
      expect(new Set(seen.map((row) => JSON.stringify(row)))).toEqual(new Set(given.map((row) => JSON.stringify(row))));
      const days = seen.map(({ day }) => day);
      expect(days).toEqual([...days].sort());
    }),
  );
});

test('a row that comes in front of a page gives no row twice', () => {
  const rows = ['b', 'c', 'd'].map((day) => ({ day, model: 'm' }));
  const first = pageOf(rows, { keyOf, limit: 2, cursor: undefined });
  const second = pageOf([{ day: 'a', model: 'm' }, ...rows], { keyOf, limit: 2, cursor: first.next ?? expect.fail() });
  expect(second).toEqual({ items: [{ day: 'd', model: 'm' }], next: null });
});

test.each(['', 'x', toCursor(['only one']), Buffer.from('{"a":1}').toString('base64url')])(
  'a cursor that this list never gave out is refused: %j',
  (cursor) => {
    expect(() => parseCursor(cursor, z.tuple([z.string(), z.string()]))).toThrow('The cursor is none of this list.');
  },
);
