import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assert as check, property, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { historyQuerySchema, type HistoryHit } from '../../../../shared/contracts/index.ts';
import { editJournal, makeTestFolder, openTestJournal, queryJournal, silentLogger } from '../../testing/testJournal.ts';
import { journalFileOf, searchJournalFile, type Journal } from '../index.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let time = Date.UTC(2026, 10, 1);
beforeEach(() => {
  time = Date.UTC(2026, 10, 1);
  folder = makeTestFolder();
  journal = openTestJournal(folder.dir, () => time);
});
afterEach(() => {
  journal.close();
  folder.remove();
});

const idOf = (n: number): string => `01a20000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`;
const find = (query: Parameters<typeof historyQuerySchema.parse>[0]) =>
  journal.search.find(historyQuerySchema.parse(query));
const told = ({ kind, sessionId, excerpt }: HistoryHit): string =>
  `${kind} ${sessionId.slice(-2)} ${excerpt.map(({ text }) => text).join('')}`;
const found = (query: Parameters<typeof historyQuerySchema.parse>[0]): string[] => find(query).hits.map(told);

function addSession(n: number, title: string, projectName = 'Harbour'): string {
  journal.sessions.insert({ sessionId: idOf(n), title, titleIsDefault: false, projectName, simulated: false });
  return idOf(n);
}
const say = (sessionId: string, messageId: string, text: string) =>
  journal.messages.insert({ sessionId, messageId, role: 'user', text, status: 'complete' });
function change(sessionId: string, n: number, path: string) {
  const made = {
    changeId: idOf(n),
    sessionId,
    callId: 'c1',
    path,
    kind: 'created' as const,
    sha256Before: null,
    sha256After: 'a'.repeat(64),
    addedLines: 1,
    removedLines: 0,
    compileStatus: 'compiling' as const,
    compileErrors: [],
    createdAt: new Date(time).toISOString(),
  };
  journal.changes.insert(made, { before: null, after: 'class A {}' });
  return made;
}
/** One of everything. */
function fill(): void {
  const one = addSession(1, 'Drawbridge');
  say(one, 'm1', 'Let the drawbridge open when the player comes near');
  const call = journal.calls.insert({
    sessionId: one,
    callId: 'c1',
    origin: 'model',
    name: 'deconstructUnityAsset',
    effect: 'read',
    argumentsJson: JSON.stringify({ path: 'Assets/Props/Chain.prefab' }),
  });
  journal.calls.save({
    ...call.view,
    state: 'failed',
    summary: 'not taken apart',
    error: { code: 'unity_busy', message: 'Unity compiles.' },
  });
  const made = change(one, 50, 'Assets/Scripts/DrawbridgeWinch.cs');
  const error = { severity: 'error' as const, code: 'CS0246', message: 'The type Winch was not found', line: 4 };
  journal.changes.update({ ...made, compileStatus: 'errors', compileErrors: [{ ...error, file: made.path }] });
}

describe('the history', () => {
  it('finds titles, messages, calls, changes, errors and assets, each at its place', () => {
    fill();
    expect(found({ words: 'drawbridge' }).toSorted()).toEqual([
      'change 01 Assets/Scripts/DrawbridgeWinch.cs',
      'error 01 CS0246 The type Winch was not found Assets/Scripts/DrawbridgeWinch.cs:4',
      'message 01 Let the drawbridge open when the player comes near',
      'session 01 Drawbridge',
    ]);
    expect(find({ words: 'winch', kinds: ['error'] }).hits[0]).toMatchObject({
      place: { kind: 'change', changeId: idOf(50), callId: 'c1' },
      title: 'Drawbridge',
      projectName: 'Harbour',
    });
    expect(find({ words: 'comes near' }).hits).toMatchObject([
      { place: { kind: 'message', messageId: 'm1' }, who: 'user', excerpt: [{}, { text: 'comes', hit: true }, {}, {}] },
    ]);
    expect(found({ words: 'chain' })).toContain('asset 01 Assets/Props/Chain.prefab');
    expect(found({ words: 'unity_busy' })).toEqual(['error 01 unity_busy: Unity compiles.']);
  });

  it('a denied call is found by the reason, as a call and not as an error', () => {
    const one = addSession(1, 'Denials');
    const call = journal.calls.insert({
      sessionId: one,
      callId: 'denied1',
      origin: 'model',
      name: 'generateUnityScript',
      effect: 'write',
      argumentsJson: '{}',
    });
    journal.calls.save({
      ...call.view,
      state: 'denied',
      summary: 'EnemyAI',
      error: { code: 'denied', message: 'The person denied this: wrong folder' },
    });
    expect(found({ words: 'wrong folder' })).toEqual([
      'call 01 generateUnityScript · EnemyAI · The person denied this: wrong folder',
    ]);
  });

  it('asks for all words, by their beginnings and by the parts of names', () => {
    fill();
    expect(found({ words: 'WINCH cs' })).toHaveLength(2);
    expect(found({ words: 'drawb play' })).toHaveLength(1);
    expect(found({ words: 'drawbridge submarine' })).toEqual([]);
  });

  it('is filtered by kind, project, session and time, with words and without', () => {
    fill();
    time += 86_400_000;
    const two = addSession(2, 'Drawbridge sounds', 'Forest');
    say(two, 'm1', 'The drawbridge creaks');
    const day = (n: number): string => new Date(Date.UTC(2026, 10, n)).toISOString();
    expect(found({ words: 'drawbridge', projectName: 'Forest', kinds: ['message'] })).toEqual([
      'message 02 The drawbridge creaks',
    ]);
    expect(found({ words: 'drawbridge', from: day(2) })).toHaveLength(2);
    expect(found({ words: 'drawbridge', to: day(2), sessionId: two })).toEqual([]);
    expect(found({ from: day(2), order: 'best' })).toEqual([
      'message 02 The drawbridge creaks',
      'session 02 Drawbridge sounds',
    ]);
    expect(found({ kinds: ['asset'] })).toEqual(['asset 01 Assets/Props/Chain.prefab']);
  });

  it('comes in pages, each hit once', () => {
    const one = addSession(1, 'Doors');
    for (let n = 0; n < 25; n += 1) say(one, `m${n}`, `door number ${n}`);
    const pages = [0, 10, 20].map((offset) => find({ words: 'number', offset, limit: 10 }));
    expect(pages.map(({ total, hits }) => [total, hits.length])).toEqual([
      [25, 10],
      [25, 10],
      [25, 5],
    ]);
    expect(new Set(pages.flatMap(({ hits }) => hits.map(({ hitId }) => hitId))).size).toBe(25);
  });

  it('follows what changes: a new title, a mended error, a message that was taken back', () => {
    fill();
    journal.sessions.rename(idOf(1), 'Portcullis');
    const mended = journal.changes.get(idOf(50));
    if (mended !== null) journal.changes.update({ ...mended, compileStatus: 'ok', compileErrors: [] });
    journal.messages.insert({ sessionId: idOf(1), messageId: 'q', role: 'user', text: 'never mind', status: 'queued' });
    journal.messages.finish(idOf(1), 'q', { status: 'cancelled' });
    expect(found({ words: 'drawbridge', kinds: ['session', 'error'] })).toEqual([]);
    expect(found({ words: 'portcullis' })).toEqual(['session 01 Portcullis']);
    expect(found({ words: 'never mind' })).toEqual([]);
  });

  it('has an answer when it is whole, not while it streams', () => {
    const sessionId = addSession(1, 'Story');
    journal.messages.insert({ sessionId, messageId: 'a', role: 'assistant', text: '', status: 'streaming' });
    journal.messages.appendDelta(sessionId, 'a', 'A lighthouse');
    journal.messages.flush();
    expect(found({ words: 'lighthouse' })).toEqual([]);
    journal.messages.finish(sessionId, 'a', { status: 'complete' });
    expect(found({ words: 'lighthouse' })).toEqual(['message 01 A lighthouse']);
  });

  it('keeps nothing of a transaction that was rolled back', () => {
    const sessionId = addSession(1, 'Story');
    const failing = (): void =>
      journal.transact(() => {
        say(sessionId, 'm', 'unkept words');
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(found({ words: 'unkept' })).toEqual([]);
  });

  it('takes any text for words', () => {
    fill();
    const hostile = [
      '"',
      '""',
      'a" OR "b',
      'NEAR(a b)',
      'words:draw',
      '*',
      '-draw',
      '(',
      'a AND',
      '\u0000',
      '^x',
      "'; DROP",
      '\ud800',
    ];
    for (const words of hostile) expect(() => find({ words })).not.toThrow();
    check(
      property(string({ unit: 'binary', maxLength: 60 }), (words) => {
        expect(find({ words }).total).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(found({ words: '"drawbridge" OR -near' })).toEqual([]);
    expect(found({ words: '"drawbridge" (near)*' })).toHaveLength(1);
  });
});

describe('a journal that had no index', () => {
  /** As a version before the search left it. */
  function forget(): string[] {
    const kept = found({ words: '', order: 'newest' }).toSorted();
    journal.close();
    for (const table of ['search_text', 'search_entries', 'search_built', 'search_progress', 'search_skipped'])
      editJournal(folder.dir, `DELETE FROM ${table}`);
    journal = openTestJournal(folder.dir, () => time);
    return kept;
  }
  const readAll = (): number => {
    let slices = 0;
    for (let isLeft = true; isLeft; slices += 1) isLeft = journal.searchBuild.step(10);
    return slices;
  };
  const built = (): unknown => {
    const db = new DatabaseSync(join(folder.dir, 'journal.sqlite'), { readOnly: true });
    const rows = db.prepare('SELECT count(*) AS n FROM search_built').get();
    db.close();
    return { ...rows };
  };

  it('is not read when it is opened: it answers at once with what it has, and says how far the reading is', () => {
    fill();
    const kept = forget();
    expect(find({ words: 'winch' })).toEqual({ hits: [], total: 0, reading: 0 });
    readAll();
    expect(found({ words: '', order: 'newest' }).toSorted()).toEqual(kept);
    expect(find({ words: 'winch' }).reading).toBeNull();
    expect(built()).toEqual({ n: 1 });
  });

  it('is read one record at a time when there is no more time, further each time', () => {
    const one = addSession(1, 'Doors');
    for (let n = 0; n < 30; n += 1) say(one, `m${n}`, `door number ${n}`);
    forget();
    const percents: (number | null)[] = [];
    do percents.push(find({ words: 'number' }).reading);
    while (journal.searchBuild.step(0));
    expect(percents).toHaveLength(31);
    expect(percents).toEqual(percents.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
    expect(percents.at(-1)).toBe(96);
    expect(find({ words: 'number' })).toMatchObject({ total: 30, reading: null });
    expect(journal.searchBuild.step(0)).toBe(false);
  });

  it('ended in the middle goes on where it was', () => {
    const one = addSession(1, 'Doors');
    for (let n = 0; n < 30; n += 1) say(one, `m${n}`, `door number ${n}`);
    const kept = forget();
    for (let slices = 0; slices < 12; slices += 1) journal.searchBuild.step(0);
    const before = find({ words: 'number' });
    journal.close();
    journal = openTestJournal(folder.dir, () => time);
    expect(find({ words: 'number' })).toEqual(before);
    expect(before.total).toBe(11);
    let left = 0;
    do left += 1;
    while (journal.searchBuild.step(0));
    expect(left).toBe(19);
    expect(found({ words: '', order: 'newest' }).toSorted()).toEqual(kept);
  });

  it('keeps what is written, changed and deleted while it is read, each once', () => {
    fill();
    const two = addSession(2, 'Old');
    say(two, 'm1', 'an old door');
    forget();
    journal.sessions.rename(two, 'Gate');
    say(two, 'm2', 'a new door');
    journal.removal.removeSessions([idOf(1)]);
    readAll();
    expect(found({ words: 'door' }).toSorted()).toEqual(['message 02 a new door', 'message 02 an old door']);
    expect(found({ words: 'gate' })).toEqual(['session 02 Gate']);
    expect(found({ words: 'drawbridge' })).toEqual([]);
  });

  it('of a slice that fails has nothing, and is read again', () => {
    fill();
    const kept = forget();
    editJournal(
      folder.dir,
      `CREATE TRIGGER full BEFORE INSERT ON search_entries WHEN NEW.place = 'change'
       BEGIN SELECT raise(FAIL, 'the disk is full'); END`,
    );
    expect(readAll).toThrow('the disk is full');
    editJournal(folder.dir, 'DROP TRIGGER full');
    readAll();
    expect(found({ words: '', order: 'newest' }).toSorted()).toEqual(kept);
    expect(find({ words: '' }).reading).toBeNull();
  });

  const skipped = (): number | undefined =>
    searchJournalFile(journalFileOf(folder.dir), historyQuerySchema.parse({ words: '' })).skipped;

  it('leaves out records that cannot be read, names and counts them in one line, without what stands in them', () => {
    fill();
    const kept = forget();
    editJournal(folder.dir, `UPDATE changes SET compile_errors = 'secret no json'`);
    const warn = vi.spyOn(silentLogger, 'warn');
    readAll();
    expect(found({ words: '', order: 'newest' }).toSorted()).toEqual(kept.filter((hit) => !/Winch/.test(hit)));
    expect(find({ words: '' }).reading).toBeNull();
    expect(skipped()).toBe(1);
    const first = [{ place: 'change', sessionId: idOf(1), ref: idOf(50) }];
    expect(warn.mock.calls).toEqual([[{ skipped: 1, places: { change: 1 }, first }, expect.any(String)]]);
    journal.close();
    journal = openTestJournal(folder.dir, () => time);
    expect(readAll()).toBe(1);
    expect(skipped()).toBe(1);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
    journal.removal.removeSessions([idOf(1)]);
    expect(queryJournal(folder.dir, 'SELECT * FROM search_skipped')).toEqual([]);
    expect(skipped()).toBeUndefined();
  });

  it('writes one line for a journal in which nothing can be read, and counts less as records are mended or go', () => {
    const one = addSession(1, 'Doors');
    for (let n = 0; n < 300; n += 1) say(one, `m${n}`, 'door');
    forget();
    editJournal(folder.dir, `UPDATE messages SET error = 'broken'`);
    const warn = vi.spyOn(silentLogger, 'warn');
    while (journal.searchBuild.step(0));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatchObject({ skipped: 300, places: { message: 300 } });
    expect(warn.mock.calls[0]?.[0]).toHaveProperty('first.length', 10);
    warn.mockRestore();
    editJournal(folder.dir, `UPDATE messages SET error = NULL WHERE message_id = 'm7'`);
    journal.messages.finish(one, 'm7', { status: 'complete' });
    expect(skipped()).toBe(299);
    editJournal(folder.dir, `DELETE FROM messages WHERE message_id = 'm8'`);
    expect(skipped()).toBe(298);
  });
});

it('a new journal has nothing to read', () => {
  expect(find({ words: 'x' }).reading).toBeNull();
  expect(journal.searchBuild.step(10)).toBe(false);
});
