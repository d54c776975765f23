import { expect, it } from 'vitest';
import { recentOf, withRecent } from './recent.ts';

it('what was chosen last is first, each once, and no more than a person remembers', () => {
  expect(withRecent(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  const many = Array.from({ length: 40 }, (_, n) => String(n)).reduce<readonly string[]>(withRecent, []);
  expect([many.length, many[0]]).toEqual([12, '39']);
});

it('what is there no more is left out', () => {
  expect(recentOf([{ id: 'a' }, { id: 'c' }], ['c', 'gone', 'a'])).toEqual([{ id: 'c' }, { id: 'a' }]);
});
