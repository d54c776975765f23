import { afterEach, beforeEach } from 'vitest';
import type { Journal } from '../journal/index.ts';
import { addSession, makeTestFolder, openTestJournal } from './testJournal.ts';

/**
 * Gives each test of a file a journal of its own with one session in it, closed and removed after what the file's own
 * hooks end: call it before them.
 */
export function useJournal(take: (journal: Journal) => void): {
  /** As after a restart of the program. */
  readonly reopen: () => void;
} {
  let folder: ReturnType<typeof makeTestFolder>;
  let journal: Journal;
  function open(): void {
    // Asked at each call, so that a test may set the time.
    journal = openTestJournal(folder.dir, () => Date.now());
    take(journal);
  }
  beforeEach(() => {
    folder = makeTestFolder();
    open();
    addSession(journal);
  });
  afterEach(() => {
    journal.close();
    folder.remove();
  });
  return {
    reopen() {
      journal.close();
      open();
    },
  };
}
