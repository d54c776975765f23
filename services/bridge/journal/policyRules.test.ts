import { expect, it } from 'vitest';
import type { Journal } from './journal.ts';
import { useJournal } from '../testing/useJournal.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

it('what is always allowed holds in its project, and is listed for all of them with their names', () => {
  const { policyRules } = journal;
  policyRules.remember('Meadow', 'write', 'Assets/Scripts');
  const forest = policyRules.remember('Forest', 'write', 'Assets/Scripts');
  policyRules.remember('', 'write', 'Assets/Art');
  expect(policyRules.list('Meadow').map(({ projectName }) => projectName)).toEqual(['Meadow']);
  expect(policyRules.all().map(({ projectName, folder }) => [projectName, folder])).toEqual([
    [undefined, 'Assets/Art'],
    ['Forest', 'Assets/Scripts'],
    ['Meadow', 'Assets/Scripts'],
  ]);
  expect(policyRules.revoke(forest.ruleId)).toBe(true);
  expect(policyRules.list('Forest')).toEqual([]);
});
