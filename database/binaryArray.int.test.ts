import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { toBinaryArray } from './binaryArray.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';
import type { SqlType, SqlValue } from './tables.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await makeFreshDatabase(clusterOf(inject('stack')));
});
afterAll(() => database.drop());

const columns: Record<SqlType, SqlValue[]> = {
  uuid: ['01A20000-0000-7000-8000-00000000000f', null],
  text: ['', 'plain', '"quoted" {braces} \\ back', 'ünï 🎮\n', null, 'NULL'],
  bigint: [0, -1, Number.MAX_SAFE_INTEGER, null],
  integer: [0, -(2 ** 31), 2 ** 31 - 1],
  'double precision': [0.1, -1e300, null],
  boolean: [true, false, null],
  timestamptz: [
    '1999-12-31T23:59:59.999Z',
    '2026-11-23T10:00:00.123Z',
    '2026-11-23T10:00:00+02:00',
    // 285 years from 2000 on, microseconds are beyond what a number holds.
    '0001-01-01T00:00:00.001Z',
    '9999-12-31T23:59:59.999Z',
    null,
  ],
  jsonb: ['{"a":[1,"\\"x\\""],"b":null}', '"ü"', null],
};

test.each(Object.entries(columns))('a binary array of %s is what the same array as text is', async (type, values) => {
  const [row] = await database.query(
    `SELECT $1::${type}[] IS NOT DISTINCT FROM $2::${type}[] AS same, cardinality($1::${type}[]) AS length`,
    [toBinaryArray(type as SqlType, values), values],
  );
  expect(row).toEqual({ same: true, length: values.length });
});

test('times as milliseconds and JSON as bytes are what they are as text', async () => {
  const [row] = await database.query('SELECT $1::timestamptz[] = $2 AS times, $3::jsonb[] = $4 AS json', [
    toBinaryArray('timestamptz', [0, -1, Date.UTC(9999, 0, 1)]),
    ['1970-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '9999-01-01T00:00:00Z'],
    toBinaryArray('jsonb', [Buffer.from('{"ü": "🎮"}')]),
    ['{"ü": "🎮"}'],
  ]);
  expect(row).toEqual({ times: true, json: true });
});

test('an array without elements unnests to no rows', async () => {
  const [row] = await database.query('SELECT count(*)::int AS n FROM unnest($1::text[])', [toBinaryArray('text', [])]);
  expect(row).toEqual({ n: 0 });
});

test('what a type cannot hold is refused as the server would refuse it', () => {
  const bad: [SqlType, SqlValue][] = [
    ['integer', 2 ** 31],
    ['bigint', 1.5],
    ['uuid', 'not-a-uuid'],
    ['uuid', '01a20000-0000-7000-8000-00000000000g'],
    ['timestamptz', 'yesterday'],
  ];
  for (const [type, value] of bad) {
    expect(() => toBinaryArray(type, [value])).toThrow(expect.objectContaining({ code: 'db_rejected' }));
  }
});
