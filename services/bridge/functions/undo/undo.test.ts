import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiHandlers } from '../../../../shared/contracts/index.ts';
import { undoRoutes } from '../../api/undo.ts';
import { makeFakeUnity, type FakeUnity } from '../../testing/fakeUnity.ts';
import type { Journal } from '../../journal/index.ts';
import { sessionId, silentLogger as logger } from '../../testing/testJournal.ts';
import { useJournal } from '../../testing/useJournal.ts';
import { diffsHere } from '../diffs.ts';
import { makeDirectWriter } from '../directWrite.ts';
import { makeDispatcher } from '../dispatcher.ts';
import type { Dispatcher } from '../dispatcherTypes.ts';
import { makeRateLimit } from '../rateLimit/rateLimit.ts';
import { makeRegistry } from '../registry.ts';

const path = 'Assets/Scripts/Hero.cs';
const hero = (...fields: string[]): string =>
  `public class Hero\n{\n${fields.map((field) => `${field}\n`).join('')}}\n`;

let journal: Journal;
let unity: FakeUnity;
let dispatcher: Dispatcher;
let api: Pick<ApiHandlers, 'change.undo' | 'change.undo_to'>;
const informed: string[] = [];

useJournal((opened) => (journal = opened));
beforeEach(() => {
  unity = makeFakeUnity({ ledger: journal.ledger });
  informed.length = 0;
  dispatcher = makeDispatcher({
    registry: makeRegistry(),
    journal,
    unity,
    settings: { sonnetMode: 'off' },
    rateLimit: makeRateLimit({ perMinute: 1_000, user: 'me' }),
    directWriter: makeDirectWriter({ writeProjections: undefined, logger, clock: Date.now }),
    push: () => undefined,
    projectName: () => 'SparkSample',
    inform: () => Promise.resolve(),
    clock: Date.now,
    logger,
  });
  api = undoRoutes({
    journal,
    dispatcher,
    unity,
    heavy: diffsHere,
    signal: new AbortController().signal,
    engine: { inform: async ({ text }) => void informed.push(text) },
  });
});
afterEach(async () => {
  await dispatcher.close();
});

let calls = 0;
/** A call with its approval; returns the id of the change it made. */
async function run(name: string, args: unknown): Promise<string> {
  const callId = `call_${(calls += 1)}`;
  const output = dispatcher.dispatch(
    { sessionId, callId, name, argumentsJson: JSON.stringify(args) },
    new AbortController().signal,
    { origin: 'person' },
  );
  const parsed: unknown = JSON.parse(await output);
  expect(parsed).toMatchObject({ success: true });
  return journal.calls.get(sessionId, callId)?.view.changeId ?? '';
}
const write = (contents: string) => run('generateUnityScript', { prompt: 'p', name: 'Hero', contents });

describe('undo of one change', () => {
  it('takes the change back and keeps what the developer wrote since', async () => {
    await write(hero('int speed = 5;', 'int lives;', 'int gold;'));
    const changeId = await write(hero('int speed = 9;', 'int lives;', 'int gold;'));
    unity.files.set(path, hero('int speed = 9;', 'int lives;', 'int gold; // mine'));
    const undone = await api['change.undo']({ changeId });
    expect(unity.files.get(path)).toBe(hero('int speed = 5;', 'int lives;', 'int gold; // mine'));
    expect(undone).toMatchObject({ kind: 'undone', change: { undoesChangeId: changeId, kind: 'modified', path } });
    expect(informed.join()).toContain(path);
  });

  it('of an import deletes the copy, and only while it is as it was copied', async () => {
    const [copy, source] = ['Assets/Data/Rules.txt', '/outside/Rules.txt'];
    const changeId = await run('ingestUnityAsset', { source, path: copy });
    unity.files.set(copy, 'mine');
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'conflict' });
    unity.files.set(copy, source);
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'undone', change: { kind: 'deleted' } });
    expect(unity.files.has(copy)).toBe(false);
  });

  it('is an event like every other write, and can itself be undone', async () => {
    await write(hero('int speed = 5;'));
    const changeId = await write(hero('int speed = 9;'));
    const undone = await api['change.undo']({ changeId });
    if (undone.kind !== 'undone') throw new Error(undone.kind);
    await api['change.undo']({ changeId: undone.change.changeId });
    expect(unity.files.get(path)).toBe(hero('int speed = 9;'));
    const events = journal.outbox.pending(100).map(({ bytes }) => Buffer.from(bytes).toString('utf8'));
    const patches = events.filter((text) => text.includes('runtime.unity.patch_applied'));
    expect(patches.filter((text) => text.includes(`"undoesChangeId":"${changeId}"`))).toHaveLength(1);
  });

  it('shows both sides and writes nothing when the same line was changed since', async () => {
    await write(hero('int speed = 5;'));
    const changeId = await write(hero('int speed = 9;'));
    const mine = hero('int speed = 7;');
    unity.files.set(path, mine);
    const writes = unity.writes.length;
    expect(await api['change.undo']({ changeId })).toMatchObject({
      kind: 'conflict',
      conflict: {
        changeId,
        path,
        now: mine,
        wanted: hero('int speed = 5;'),
        regions: [{ line: 3, now: 'int speed = 7;\n', wanted: 'int speed = 5;\n' }],
      },
    });
    expect(unity.files.get(path)).toBe(mine);
    expect(unity.writes).toHaveLength(writes);
  });

  it('says that there is nothing to do when the developer has undone it already', async () => {
    await write(hero('int speed = 5;'));
    const changeId = await write(hero('int speed = 9;'));
    unity.files.set(path, hero('int speed = 5;'));
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('of a creation deletes the file, and that brings it back when undone', async () => {
    const changeId = await write(hero());
    const undone = await api['change.undo']({ changeId });
    if (undone.kind !== 'undone') throw new Error(undone.kind);
    expect(unity.files.has(path)).toBe(false);
    expect(undone.change).toMatchObject({ kind: 'deleted', undoesChangeId: changeId });
    expect(await api['change.undo']({ changeId: undone.change.changeId })).toMatchObject({ kind: 'undone' });
    expect(unity.files.get(path)).toBe(hero());
  });

  it('of a creation is a conflict when the file was edited since', async () => {
    const changeId = await write(hero());
    unity.files.set(path, hero('int mine;'));
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'conflict' });
    expect(unity.files.get(path)).toBe(hero('int mine;'));
  });

  it('of a deletion restores the file from the journal, unless another is there', async () => {
    await write(hero('int speed = 5;'));
    const changeId = await run('deleteUnityAsset', { path });
    expect(unity.files.has(path)).toBe(false);
    unity.files.set(path, 'another');
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'conflict' });
    unity.files.delete(path);
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'undone', change: { kind: 'created' } });
    expect(unity.files.get(path)).toBe(hero('int speed = 5;'));
  });
});

describe('undo back to a point', () => {
  it('goes from the newest to the named change', async () => {
    await write(hero('int a;'));
    const second = await write(hero('int a;', 'int b;'));
    await write(hero('int a;', 'int b;', 'int c;'));
    expect(await api['change.undo_to']({ sessionId, changeId: second })).toMatchObject({ kind: 'undone' });
    expect(unity.files.get(path)).toBe(hero('int a;'));
    expect(await api['change.undo_to']({ sessionId, changeId: second })).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('stops at the first conflict and says what was done', async () => {
    const first = await write(hero('int a;', 'int b;', 'int c;', 'int d;'));
    await write(hero('int a = 1;', 'int b;', 'int c;', 'int d;'));
    await write(hero('int a = 1;', 'int b;', 'int c;', 'int d = 1;'));
    unity.files.set(path, hero('int a = 2;', 'int b;', 'int c;', 'int d = 1;'));
    const outcome = await api['change.undo_to']({ sessionId, changeId: first });
    expect(outcome).toMatchObject({ kind: 'conflict', remaining: 2 });
    if (outcome.kind === 'conflict') expect(outcome.changes).toHaveLength(1);
    expect(unity.files.get(path)).toBe(hero('int a = 2;', 'int b;', 'int c;', 'int d;'));
  });
});

describe('a change of another project', () => {
  const game = { name: 'Game', hash: 'aaa' };
  const tool = { name: 'Tool', hash: 'bbb' };
  const refusal = { code: 'unity_select_instance', message: expect.stringContaining('Choose Game') };

  it('is not undone in the project that was chosen since, and is when its own is chosen again', async () => {
    journal.sessions.setProject(sessionId, game);
    await write(hero('int speed = 5;'));
    const changeId = await run('deleteUnityAsset', { path });
    journal.sessions.setProject(sessionId, tool);
    await expect(api['change.undo']({ changeId })).rejects.toMatchObject(refusal);
    expect(unity.files.has(path)).toBe(false);
    journal.sessions.setProject(sessionId, game);
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'undone' });
  });

  it('stops an undo back to a point before anything is taken back', async () => {
    journal.sessions.setProject(sessionId, game);
    const first = await write(hero('int a;'));
    journal.sessions.setProject(sessionId, tool);
    await write(hero('int a;', 'int b;'));
    await expect(api['change.undo_to']({ sessionId, changeId: first })).rejects.toMatchObject(refusal);
    expect(unity.files.get(path)).toBe(hero('int a;', 'int b;'));
  });

  it('is one of a project with another name where the hash was not known', async () => {
    const changeId = await write(hero('int a;'));
    journal.sessions.setProject(sessionId, { name: 'SparkSample', hash: 'ccc' });
    expect(await api['change.undo']({ changeId })).toMatchObject({ kind: 'undone' });
    journal.sessions.setProject(sessionId, tool);
    await expect(api['change.undo']({ changeId })).rejects.toMatchObject({ code: 'unity_select_instance' });
  });
});

it('the model cannot undo by itself', async () => {
  const output = await dispatcher.dispatch(
    { sessionId, callId: 'model', name: 'undoUnityChange', argumentsJson: '{"changeId":"x"}' },
    new AbortController().signal,
  );
  expect(JSON.parse(output)).toMatchObject({ success: false, error: { code: 'invalid_input' } });
});
