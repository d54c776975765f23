import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBlockSplitter, splitBlocks } from './splitBlocks.ts';

const pieces = fc.constantFrom(
  'word',
  ' ',
  '\n',
  '\n\n',
  '- item',
  '1. one',
  '1',
  '-',
  '```',
  '```csharp\n',
  '~~~',
  '  indented',
  '| a | b |',
  '# head',
  '>',
  '    ',
  '\t',
);
const markdown = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

describe('splitting markdown into blocks', () => {
  it('loses nothing: the blocks joined are the text', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        expect(splitBlocks(text).join('')).toBe(text);
      }),
    );
  });

  it('never changes a finished block when text is appended', () => {
    fc.assert(
      fc.property(markdown, fc.nat(), (text, cut) => {
        const early = splitBlocks(text.slice(0, cut % (text.length + 1)));
        const whole = splitBlocks(text);
        expect(whole.slice(0, Math.max(0, early.length - 1))).toEqual(early.slice(0, -1));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps a fence with blank lines in one block', () => {
    expect(splitBlocks('a\n\n```csharp\nvar a;\n\nvar b;\n```\n\nb')).toEqual([
      'a\n\n',
      '```csharp\nvar a;\n\nvar b;\n```\n\n',
      'b',
    ]);
  });

  it('keeps a loose list in one block, so that its numbers go on', () => {
    expect(splitBlocks('1. one\n\n2. two\n\nafter')).toEqual(['1. one\n\n2. two\n\n', 'after']);
  });
});

describe('splitting a text that grows', () => {
  it('tells the same blocks as splitting it whole, whatever pieces it comes in and whatever text takes its place', () => {
    fc.assert(
      fc.property(fc.array(markdown, { maxLength: 8 }), markdown, (parts, other) => {
        const split = makeBlockSplitter();
        let text = '';
        for (const part of parts) {
          text += part;
          expect(split(text)).toEqual(splitBlocks(text));
        }
        expect(split(other)).toEqual(splitBlocks(other));
      }),
      { numRuns: 2_000 },
    );
  });
});
