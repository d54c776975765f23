import { expect, it } from 'vitest';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import type { Journal } from './journal.ts';

let journal: Journal;
const { reopen } = useJournal((opened) => (journal = opened));
const mark = (total: number, instanceId = 'Game@1') => ({ instanceId, total, print: 'p' });

it('keeps the marks of an editor in the order of time, over a restart', () => {
  journal.consoleMarks.keep(sessionId, 'a', { ...mark(3), logs: { count: 2, print: 'l' } });
  journal.consoleMarks.keep(sessionId, 'b', mark(5));
  journal.consoleMarks.keep(sessionId, 'c', mark(7, 'Other@2'));
  journal.consoleMarks.keep(sessionId, 'a', mark(9));
  reopen();
  expect(journal.consoleMarks.ofEditor('Game@1').map(({ callId, mark: { total } }) => [callId, total])).toEqual([
    ['b', 5],
    ['a', 9],
  ]);
  expect(journal.consoleMarks.get(sessionId, 'c')).toEqual(mark(7, 'Other@2'));
  expect(journal.consoleMarks.get(sessionId, 'd')).toBeNull();
});
