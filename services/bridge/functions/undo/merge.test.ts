import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeThreeWay } from './merge.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');

describe('a three-way merge', () => {
  it('takes a change back and keeps an edit elsewhere', () => {
    const base = lines('a', 'speed = 9', 'b', 'c');
    const now = lines('a', 'speed = 9', 'b', 'c', 'mine');
    expect(mergeThreeWay({ base, now, target: lines('a', 'speed = 5', 'b', 'c') })).toEqual({
      kind: 'merged',
      text: lines('a', 'speed = 5', 'b', 'c', 'mine'),
    });
  });

  it('shows both sides when the same line was changed since', () => {
    const merge = mergeThreeWay({
      base: lines('a', 'speed = 9', 'b'),
      now: lines('a', 'speed = 12', 'b'),
      target: lines('a', 'speed = 5', 'b'),
    });
    expect(merge).toEqual({
      kind: 'conflict',
      regions: [{ line: 2, now: 'speed = 12\n', wanted: 'speed = 5\n' }],
    });
  });

  it('is no conflict when the developer has made the same change', () => {
    const now = lines('a', 'speed = 5', 'b', 'mine');
    const merge = mergeThreeWay({ base: lines('a', 'speed = 9', 'b'), now, target: lines('a', 'speed = 5', 'b') });
    expect(merge).toEqual({ kind: 'merged', text: now });
  });

  it('follows line endings that were converted since', () => {
    const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
    const merge = mergeThreeWay({
      base: lines('a', 'b', 'c', 'd'),
      now: crlf(lines('a', 'b', 'c', 'mine')),
      target: lines('x', 'b', 'c', 'd'),
    });
    expect(merge).toEqual({ kind: 'merged', text: crlf(lines('x', 'b', 'c', 'mine')) });
  });

  it('keeps every edit outside the changed region, whatever it is', () => {
    const word = fc.constantFrom('{', '}', '', 'int a;', 'int b;', 'return;');
    const block = fc.array(word, { maxLength: 6 });
    fc.assert(
      fc.property(block, block, block, block, block, block, (before, oldPart, newPart, after, above, below) => {
        // Guards that occur once keep the three regions apart, as an untouched line does in a real file.
        const text = (top: string[], middle: string[], bottom: string[]): string =>
          lines(...top, '// guard 1', ...middle, '// guard 2', ...bottom);
        const merge = mergeThreeWay({
          base: text(before, newPart, after),
          now: text([...above, ...before], newPart, [...after, ...below]),
          target: text(before, oldPart, after),
        });
        expect(merge).toEqual({ kind: 'merged', text: text([...above, ...before], oldPart, [...after, ...below]) });
      }),
    );
  });

  it('of a file that nobody touched since is the text before, byte for byte, whatever its line endings', () => {
    const line = fc.tuple(fc.constantFrom('{', '}', '', 'int a;'), fc.constantFrom('\n', '\r\n', '\r', ''));
    const text = fc.array(line, { maxLength: 8 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const merge = mergeThreeWay({ base: after, now: after, target: before });
        expect(merge).toEqual({ kind: 'merged', text: before });
      }),
    );
  });

  it('never loses an edit of the changed region: it is a conflict', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 51, max: 99 }), (wanted, mine) => {
        const merge = mergeThreeWay({
          base: lines('a', 'speed = 100', 'b'),
          now: lines('a', `speed = ${mine}`, 'b'),
          target: lines('a', `speed = ${wanted}`, 'b'),
        });
        expect(merge.kind).toBe('conflict');
      }),
    );
  });
});
