import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeView } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import { addSession, makeTestFolder, openTestJournal, sessionId } from '../testing/testJournal.ts';
import { mendingOf, requireMendingLeft } from './mending.ts';

const path = 'Assets/Scripts/A.cs';
const other = 'Assets/Scripts/B.cs';
let count = 0;
const changeOf = (more: Partial<ChangeView> = {}): ChangeView => {
  count += 1;
  return {
    changeId: `018f0000-0000-7000-8000-${String(count).padStart(12, '0')}`,
    sessionId,
    callId: `c${count}`,
    path,
    kind: 'modified',
    sha256Before: null,
    sha256After: null,
    addedLines: 1,
    removedLines: 0,
    compileStatus: 'errors',
    compileErrors: [],
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, count)).toISOString(),
    ...more,
  };
};
const error = (caused: boolean, file = path) => ({ severity: 'error' as const, message: 'CS1002', file, caused });
const broke = changeOf({ compileErrors: [error(true)] });
const still = (): ChangeView => changeOf({ compileErrors: [error(false)] });

describe('rounds of mending', () => {
  it('count the writes to a file that this turn broke, also when an error outlives a mend', () => {
    expect(mendingOf([broke])).toMatchObject({ rounds: 0 });
    expect(mendingOf([broke, still(), still(), still()]).rounds).toBe(3);
  });

  it('begin anew when it compiles, and are none for errors that were there before', () => {
    expect(mendingOf([broke, changeOf({ compileStatus: 'ok' }), still()]).rounds).toBe(1);
    expect(mendingOf([still(), still()])).toMatchObject({ rounds: 0, broken: new Set() });
  });

  it('count the file in which the errors are, one call once, and no undo', () => {
    const elsewhere = changeOf({ compileErrors: [error(true, other)] });
    expect(mendingOf([elsewhere, changeOf({ path: other, callId: 'm' }), changeOf({ callId: 'm' })]).rounds).toBe(1);
    expect(mendingOf([broke, changeOf({ undoesChangeId: broke.changeId })]).rounds).toBe(0);
  });
});

describe('the fourth round', () => {
  let folder: ReturnType<typeof makeTestFolder>;
  let journal: Journal;
  let time = Date.UTC(2026, 0, 1);
  const say = (messageId: string): void => {
    time += 3_600_000;
    journal.messages.insert({ sessionId, messageId, role: 'user', text: 'Go on', status: 'complete' });
  };
  const keep = (change: ChangeView): void => {
    time += 1_000;
    journal.changes.insert({ ...change, createdAt: new Date(time).toISOString() }, { before: '', after: 'x' });
  };
  beforeEach(() => {
    folder = makeTestFolder();
    journal = openTestJournal(folder.dir, () => time);
    addSession(journal);
  });
  afterEach(() => {
    journal.close();
    folder.remove();
  });

  it('is refused with words for the model; another file goes on, and a new message begins anew', () => {
    say('m1');
    keep({ ...broke });
    for (let round = 1; round <= 3; round += 1) {
      expect(() => requireMendingLeft(journal, sessionId, [path])).not.toThrow();
      keep(still());
    }
    expect(() => requireMendingLeft(journal, sessionId, [other, path])).toThrow(/Stop here.*ask the developer/);
    expect(() => requireMendingLeft(journal, sessionId, [other])).not.toThrow();
    say('m2');
    expect(() => requireMendingLeft(journal, sessionId, [path])).not.toThrow();
  });
});
