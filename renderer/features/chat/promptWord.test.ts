import { expect, it } from 'vitest';
import { promptsFor, promptWordOf } from './promptWord.ts';

const prompt = (name: string, text = '') => ({ promptId: name, name, text, projectName: null, updatedAt: '' });

it('is the word behind a slash that begins the message, up to the caret', () => {
  expect(promptWordOf('/', 1)).toBe('');
  expect(promptWordOf('/rev and more', 4)).toBe('rev');
  expect(promptWordOf('see /rev', 8)).toBeNull();
  expect(promptWordOf('/rev', 0)).toBeNull();
  expect(promptWordOf('/usr/bin is gone', 8)).toBeNull();
});

it('offers what begins with the word before what only has it', () => {
  const all = [prompt('Build', 'and review'), prompt('Review'), prompt('Test')];
  expect(promptsFor(all, 'REV').map(({ name }) => name)).toEqual(['Review', 'Build']);
  expect(promptsFor(all, '').map(({ name }) => name)).toEqual(['Build', 'Review', 'Test']);
});
