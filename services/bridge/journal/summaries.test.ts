import { expect, it } from 'vitest';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import type { Journal } from './journal.ts';

let journal: Journal;
const { reopen } = useJournal((opened) => (journal = opened));

it('keeps the summary that covers most, over a restart', () => {
  expect(journal.summaries.latest(sessionId)).toBeNull();
  journal.summaries.keep(sessionId, 9, 'nine');
  journal.summaries.keep(sessionId, 3, 'three');
  journal.summaries.keep(sessionId, 9, 'nine again');
  reopen();
  expect(journal.summaries.latest(sessionId)).toEqual({ upToPosition: 9, text: 'nine again' });
});
