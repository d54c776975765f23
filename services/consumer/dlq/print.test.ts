import { expect, test } from 'vitest';
import { toDeadLetter } from './deadLetter.ts';
import { parseWhen } from './options.ts';
import { formatLetter, formatTable, printable } from './print.ts';

const letter = toDeadLetter({
  seq: 5,
  subject: 'dlq.spark.usage.0b9c7d9e-6a2c-4f6f-8d0e-6a6d5a0c1b2a',
  timestamp: '2026-11-23T10:00:00.000Z',
  sizeBytes: 1,
  headers: { 'Spark-Reason': 'invalid_json', 'Spark-Attempts': '-3', 'Spark-Original-Headers': 'no json' },
});

test('what could move the cursor or turn the text around is escaped, and text in any script is not', () => {
  expect(printable('a\u001b[31mb\r\nc\u202edä漢😀')).toBe('a\\u{1b}[31mb\\u{d}\\u{a}c\\u{202e}dä漢😀');
});

test('a long body is cut with a note, and one that is not UTF-8 is shown byte by byte', () => {
  const long = formatLetter(letter, Buffer.alloc(100_000, 'x'));
  expect(long.length).toBeLessThan(6_000);
  expect(long).toContain('[cut after 4000 characters; --raw prints every byte]');
  expect(formatLetter(letter, Buffer.from([0x41, 0xff]))).toContain(
    'body, 2 bytes, not UTF-8: each byte is shown as a character:\nAÿ',
  );
});

test('headers that make no sense have plain defaults', () => {
  expect(letter).toMatchObject({ attempts: 1, originalHeaders: [], lastFailedAt: '2026-11-23T10:00:00.000Z' });
});

test('columns are as wide as what is in them', () => {
  expect(
    formatTable(
      ['a', 'b'],
      [
        ['long', 'x'],
        ['s', 'y'],
      ],
    ),
  ).toBe('a     b\nlong  x\ns     y');
});

test('a time may be an ISO 8601 one or so long ago', () => {
  expect(parseWhen('2026-11-23T10:00:00+01:00').toISOString()).toBe('2026-11-23T09:00:00.000Z');
  const before = Date.now();
  const when = parseWhen('2h').getTime();
  expect(when).toBeGreaterThanOrEqual(before - 7_200_000);
  expect(when).toBeLessThanOrEqual(Date.now() - 7_200_000);
  expect(() => parseWhen('yesterday')).toThrow('An ISO 8601 time');
});
