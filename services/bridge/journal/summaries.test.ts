import { afterEach, beforeEach, expect, it } from 'vitest';
import { addSession, makeTestFolder, openTestJournal, sessionId } from '../testing/testJournal.ts';
import type { Journal } from './journal.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
beforeEach(() => {
  folder = makeTestFolder();
  journal = openTestJournal(folder.dir);
  addSession(journal);
});
afterEach(() => {
  journal.close();
  folder.remove();
});

it('keeps the summary that covers most, over a restart', () => {
  expect(journal.summaries.latest(sessionId)).toBeNull();
  journal.summaries.keep(sessionId, 9, 'nine');
  journal.summaries.keep(sessionId, 3, 'three');
  journal.summaries.keep(sessionId, 9, 'nine again');
  journal.close();
  journal = openTestJournal(folder.dir);
  expect(journal.summaries.latest(sessionId)).toEqual({ upToPosition: 9, text: 'nine again' });
});
