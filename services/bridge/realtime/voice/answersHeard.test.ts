import { assert, nat, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { makeAnswersHeard, textHeard } from './answersHeard.ts';

/** So many milliseconds of silence. */
const sound = (ms: number): string => Buffer.alloc(ms * 48).toString('base64');

test('what was heard is a beginning of what was said and ends between two words', () => {
  assert(
    property(string({ unit: 'grapheme', maxLength: 80 }), nat(1_200), (text, heardMs) => {
      const heard = textHeard({ text, soundMs: 1_000, heardMs });
      expect(text.startsWith(heard)).toBe(true);
      expect(heard).toBe(heardMs >= 1_000 ? text : heard.trimEnd());
      const next = text[heard.length];
      expect(next === undefined || heard === '' || /\s/.test(next)).toBe(true);
    }),
  );
  expect(textHeard({ text: 'one two three four', soundMs: 1_800, heardMs: 900 })).toBe('one two');
});

test('an answer that had ended is cut where it was heard, once', () => {
  const answers = makeAnswersHeard();
  answers.said('a', 'one two ');
  expect(answers.sound('a', sound(1_000))).toBe(true);
  expect(answers.ended('a', 'one two three four')).toBeNull();
  expect(answers.isPlaying()).toBe(true);
  const cut = answers.heard({ messageId: 'a', audioMs: 500, interrupted: true });
  expect(cut).toEqual({ messageId: 'a', text: 'one two', hasEnded: true, truncateMs: 500 });
  expect(answers.heard({ messageId: 'a', audioMs: 900, interrupted: true })).toBeNull();
  expect(answers.isPlaying()).toBe(false);
});

test('of an answer that is cut while it is made, nothing that comes later is heard or kept', () => {
  const answers = makeAnswersHeard();
  answers.said('a', 'one two three four');
  answers.sound('a', sound(400));
  answers.hush();
  expect(answers.sound('a', sound(400))).toBe(false);
  expect(answers.heard({ messageId: 'a', audioMs: 200, interrupted: true })).toMatchObject({ hasEnded: false });
  answers.said('a', ' five');
  expect(answers.ended('a', 'one two three four five')).toBe('one two');
});

test('an answer that was heard to its end is not cut, and more than was said is never heard', () => {
  const answers = makeAnswersHeard();
  answers.said('a', 'one');
  answers.sound('a', sound(200));
  answers.ended('a', 'one');
  expect(answers.heard({ messageId: 'a', audioMs: 90_000, interrupted: false })).toBeNull();
  expect(answers.isPlaying()).toBe(false);
  expect(answers.heard({ messageId: 'a', audioMs: 90_000, interrupted: true })).toBeNull();
  expect(answers.heard({ messageId: 'unknown', audioMs: 1, interrupted: true })).toBeNull();
});

test('what was said over a lost connection is cut in the journal only', () => {
  const answers = makeAnswersHeard();
  answers.said('a', 'one two');
  answers.sound('a', sound(1_000));
  answers.lose();
  expect(answers.heard({ messageId: 'a', audioMs: 100, interrupted: true })).toMatchObject({ truncateMs: null });
});
