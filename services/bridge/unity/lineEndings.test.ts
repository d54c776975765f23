import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withEndingsOf, withLineFeeds } from './lineEndings.ts';

const line = fc.stringMatching(/^[ a-c{};]{0,4}$/);
const ending = fc.constantFrom('\n', '\r\n', '\r');
const mixed = fc
  .tuple(fc.array(fc.tuple(line, ending), { maxLength: 10 }), line)
  .map(([parts, last]) => parts.flat().join('') + last);

describe('a text that came back from an editor with line feeds only', () => {
  it('is the same bytes when nothing was changed', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        expect(withEndingsOf(withLineFeeds(text).text, text)).toBe(text);
      }),
    );
  });

  it('says the same lines whatever was changed', () => {
    fc.assert(
      fc.property(mixed, mixed, (edited, text) => {
        const feeds = withLineFeeds(edited).text;
        expect(withLineFeeds(withEndingsOf(feeds, text)).text).toBe(feeds);
      }),
    );
  });

  it('keeps the ending of each line that is still there', () => {
    expect(withEndingsOf('a\nnew\nb\nd\n', 'a\r\nb\nc\r\nd\r\n')).toBe('a\r\nnew\r\nb\nd\r\n');
    expect(withEndingsOf('a\nnew\n', 'a\r\nb\r\n')).toBe('a\r\nnew\r\n');
  });
});

it('a place in a text with line feeds only is found in the text itself', () => {
  fc.assert(
    fc.property(mixed, (text) => {
      const feeds = withLineFeeds(text);
      for (const [at, character] of feeds.text.split('').entries()) {
        const original = text.slice(feeds.originalOf(at), feeds.originalOf(at + 1));
        expect(original.replace(/\r\n|\r/, '\n')).toBe(character);
      }
    }),
  );
});
