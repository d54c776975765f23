import { afterEach, describe, expect, it } from 'vitest';
import { addSession, makeTestFolder, openTestJournal, sessionId } from '../testing/testJournal.ts';
import type { Journal } from './journal.ts';

const folder = makeTestFolder();
let journal: Journal;
afterEach(() => {
  journal.close();
  folder.remove();
});

describe('the journal of the editor', () => {
  it('remembers states by project, without those that had no end of their own', () => {
    journal = openTestJournal(folder.dir);
    const of = (projectHash: string, to: 'ready' | 'no_editor', ms: number) =>
      journal.editorStates.insert({ from: 'reloading', to, ms, projectHash, projectName: 'Game' });
    of('mine', 'ready', 1_000);
    of('theirs', 'ready', 9_000);
    of('mine', 'no_editor', 90_000);
    of('mine', 'ready', 2_000);
    expect(journal.editorStates.durations('mine', 'reloading')).toEqual([2_000, 1_000]);
    expect(journal.editorStates.durations('mine', 'compiling')).toEqual([]);
  });

  it('keeps the project of a session as it was chosen, also after a restart', () => {
    journal = openTestJournal(folder.dir);
    addSession(journal);
    expect(journal.sessions.projectOf(sessionId)).toEqual({ name: 'SparkSample', hash: null });
    journal.sessions.setProject(sessionId, { name: 'Game', hash: 'abc' });
    journal.close();
    journal = openTestJournal(folder.dir);
    expect(journal.sessions.projectOf(sessionId)).toEqual({ name: 'Game', hash: 'abc' });
    expect(journal.sessions.projectOf('no such session')).toBeNull();
  });
});
