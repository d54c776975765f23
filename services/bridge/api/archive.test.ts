import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyQuerySchema } from '../../../shared/contracts/index.ts';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { bridgeVariables, openBridge } from '../bridge.ts';
import { editJournal, makeTestFolder, openTestJournal, queryJournal, silentLogger } from '../testing/testJournal.ts';
import type { SparkBridge } from '../types.ts';
import { fileNameOf } from './archive.ts';

let folder: ReturnType<typeof makeTestFolder>;
let bridge: SparkBridge;
const open = async (): Promise<void> => {
  bridge = await openBridge({
    config: loadConfig({ SPARK_DATA_DIR: folder.dir }, [...bridgeVariables]),
    logger: silentLogger,
    lifecycle: makeLifecycle({ logger: silentLogger }),
    hostKind: 'web',
    version: '0.0.0',
  });
};
beforeEach(async () => {
  folder = makeTestFolder();
  await open();
});
afterEach(async () => {
  await bridge.close();
  folder.remove();
});

const idOf = (n: number): string => `01a20000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`;
const nameOf = { sessionId: idOf(1), title: 'Drawbridge' };

/** A session with a message, an approved call, its change and its compile error, as an earlier run left them. */
async function story(): Promise<void> {
  await bridge.close();
  const journal = openTestJournal(folder.dir);
  const base = { titleIsDefault: false, projectName: 'Harbour', simulated: false };
  journal.sessions.insert({ ...base, ...nameOf });
  journal.messages.insert({
    sessionId: idOf(1),
    messageId: 'm',
    role: 'user',
    text: 'Open it ```now',
    status: 'complete',
  });
  const call = { sessionId: idOf(1), origin: 'model', name: 'generateUnityScript', effect: 'write' } as const;
  const { view } = journal.calls.insert({ ...call, callId: 'c', argumentsJson: '{"name":"Winch"}' });
  const path = 'Assets/Scripts/Winch.cs';
  const approval = {
    kind: 'write' as const,
    path,
    before: 'class A {}\n',
    after: 'class B {}\n',
    addedLines: 1,
    removedLines: 1,
    reason: 'It winds the chain.',
    warnings: ['Overwrites a file.'],
    rememberFolder: null,
  };
  const at = '2026-11-23T10:00:00.000Z';
  const ended = { ...view, state: 'failed' as const, approval, finishedAt: at, changeId: idOf(40) };
  journal.calls.save(
    { ...ended, error: { code: 'unity_failed', message: 'It does not compile.' } },
    '{"success":false}',
  );
  const sha = 'a'.repeat(64);
  journal.changes.insert(
    {
      changeId: idOf(40),
      sessionId: idOf(1),
      callId: 'c',
      path,
      kind: 'modified',
      sha256Before: sha,
      sha256After: sha,
      addedLines: 1,
      removedLines: 1,
      compileStatus: 'errors',
      compileErrors: [{ severity: 'error', code: 'CS0246', message: 'No Chain', file: path, line: 1 }],
      createdAt: at,
    },
    { before: approval.before, after: approval.after },
  );
  journal.facts.insert(idOf(1), 'The file was restored.');
  journal.outbox.append(idOf(1), { type: 'session', action: 'renamed', title: 'Drawbridge' });
  journal.close();
  await open();
}
/** What waits for the server, by what it says of the session. */
const events = (): unknown[] =>
  queryJournal(folder.dir, 'SELECT bytes FROM outbox WHERE acknowledged_ms IS NULL ORDER BY id')
    .map(({ bytes }): unknown => JSON.parse(Buffer.from(bytes as Uint8Array).toString('utf8')))
    .map((event) => (event as { action?: unknown }).action);
const exported = async (format: 'markdown' | 'json'): Promise<{ fileName: string; text: string }> => {
  const { fileName, bytes } = await bridge.api['session.export']({ sessionId: idOf(1), format });
  return { fileName, text: Buffer.from(bytes).toString('utf8') };
};

describe('an exported session', () => {
  it('as JSON has messages, calls with their approval and output, changes with both texts, facts and errors', async () => {
    await story();
    const { fileName, text } = await exported('json');
    expect(fileName).toBe('Drawbridge.json');
    expect(JSON.parse(text)).toMatchObject({
      format: 'spark.session',
      session: nameOf,
      messages: [{ text: 'Open it ```now' }],
      calls: [
        { argumentsJson: '{"name":"Winch"}', output: '{"success":false}', approval: { reason: 'It winds the chain.' } },
      ],
      changes: [{ before: 'class A {}\n', after: 'class B {}\n', compileErrors: [{ code: 'CS0246' }] }],
      facts: [{ text: 'The file was restored.' }],
    });
  });

  it('as Markdown reads in order, with the diff, in fences that no text closes', async () => {
    await story();
    const { fileName, text } = await exported('markdown');
    expect(fileName).toBe('Drawbridge.md');
    const parts = [
      '# Drawbridge',
      '````\nOpen it ```now\n````',
      'generateUnityScript: failed',
      'It winds the chain.',
      '- Overwrites',
    ];
    const ends = [
      '`unity_failed`: It does not compile.',
      '-class A {}\n+class B {}',
      'CS0246 No Chain',
      'The file was restored.',
    ];
    const places = [...parts, ...ends].map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('has a name that every file system takes', () => {
    expect(fileNameOf('../etc: "a" <b>\u0000?')).toBe('etc a b');
    expect(fileNameOf('???')).toBe('session');
    expect(fileNameOf('Tür 門')).toBe('Tür 門');
  });
});

describe('a session forked as a whole', () => {
  it('goes on from its end, and asked for twice is one', async () => {
    await story();
    const { session } = await bridge.api['session.fork']({ sessionId: idOf(1), newSessionId: idOf(2) });
    await bridge.api['session.fork']({ sessionId: idOf(1), newSessionId: idOf(2) });
    expect(session).toMatchObject({ title: 'Drawbridge (fork)', projectName: 'Harbour', forkedFrom: { position: 3 } });
    await bridge.api['chat.send']({ sessionId: idOf(2), messageId: idOf(30), text: 'Go on' });
    const { messages, changes } = await bridge.api['session.open']({ sessionId: idOf(2) });
    expect(messages.filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual(['Open it ```now', 'Go on']);
    expect(changes).toHaveLength(1);
    expect((await bridge.api['session.open']({ sessionId: idOf(1) })).messages).toHaveLength(1);
    await bridge.api['session.create']({});
    const other = bridge.api['session.fork']({ sessionId: idOf(2), newSessionId: idOf(1) });
    await expect(other).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('archiving a session', () => {
  const archive = (archived = true) => bridge.api['session.archive']({ sessionId: idOf(1), archived });
  const listed = async () => (await bridge.api['session.list']({})).sessions.map(({ status }) => status);

  it('ends it for the server and the windows once, and the search still finds it', async () => {
    await story();
    const told: string[] = [];
    bridge.subscribe(({ name, payload }) => {
      if (name === 'session.changed') told.push(payload.session.status);
    });
    const { updatedAt } = (await bridge.api['session.open']({ sessionId: idOf(1) })).session;
    expect((await archive()).session).toMatchObject({ status: 'ended', updatedAt });
    await archive();
    expect(told).toEqual(['ended']);
    expect(events()).toEqual(['renamed', 'ended']);
    expect(await listed()).toEqual(['ended']);
    const { hits } = await bridge.api['history.search'](historyQuerySchema.parse({ words: 'open' }));
    expect(hits.map(({ sessionId }) => sessionId)).toEqual([idOf(1)]);
  });

  it('is taken back, and by a message in it, too', async () => {
    await story();
    await archive();
    expect((await archive(false)).session.status).toBe('active');
    await archive(false);
    expect(events()).toEqual(['renamed', 'ended', 'started']);
    await archive();
    await bridge.api['chat.send']({ sessionId: idOf(1), messageId: idOf(30), text: 'Go on' });
    expect(await listed()).toEqual(['active']);
    expect(events()).toEqual(['renamed', 'ended', 'started', 'ended', 'started']);
  });

  it('is told to the server only once when it is deleted afterwards', async () => {
    await story();
    await archive();
    await bridge.api['session.delete']({ sessionId: idOf(1), forks: [] });
    expect(events()).toEqual(['renamed', 'ended']);
  });

  it('is refused while a build of it runs, and nothing is told', async () => {
    await story();
    editJournal(
      folder.dir,
      `INSERT INTO builds (build_id, session_id, project_name, target, development, state, phase, started_at, elapsed_ms, warnings, errors, job_id) VALUES ('${idOf(50)}', ?, 'Harbour', 'linux64', 0, 'building', 'x', '2026-11-23T10:00:00.000Z', 0, 0, 0, 'job')`,
      idOf(1),
    );
    await expect(archive()).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('Nothing was archived'),
    });
    expect(await listed()).toEqual(['active']);
    expect(events()).toEqual(['renamed']);
  });
});

describe('deleting a session', () => {
  const remove = (forks: string[] = []) => bridge.api['session.delete']({ sessionId: idOf(1), forks });

  it('takes all of it, tells the windows, and leaves what waits for the server', async () => {
    await story();
    const told: unknown[] = [];
    bridge.subscribe(({ name, payload }) => told.push([name, payload]));
    const described = await bridge.api['session.describe_deletion']({ sessionId: idOf(1) });
    expect(described).toMatchObject({ messages: 1, calls: 1, changes: 1, waitingEvents: 1, forks: [], refused: null });
    expect(await remove()).toEqual({ sessionIds: [idOf(1)] });
    expect(told).toContainEqual(['session.deleted', { sessionIds: [idOf(1)] }]);
    expect((await bridge.api['session.list']({})).sessions).toEqual([]);
    expect(queryJournal(folder.dir, 'SELECT sha256 FROM blobs')).toEqual([]);
    expect(events()).toEqual(['renamed', 'ended']);
    await expect(remove()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('takes its forks only when they were named', async () => {
    await story();
    await bridge.api['session.fork']({ sessionId: idOf(1), newSessionId: idOf(2) });
    await bridge.api['session.fork']({ sessionId: idOf(2), newSessionId: idOf(3) });
    const { forks } = await bridge.api['session.describe_deletion']({ sessionId: idOf(1) });
    expect(forks.map(({ sessionId }) => sessionId)).toEqual([idOf(2), idOf(3)]);
    await expect(remove([idOf(2)])).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await bridge.api['session.list']({})).sessions).toHaveLength(3);
    await remove([idOf(2), idOf(3)]);
    expect((await bridge.api['session.list']({})).sessions).toEqual([]);
  });

  it.each([
    [
      'a write is unsettled',
      `INSERT INTO ledger (write_id, session_id, path, created_at) VALUES ('w', ?, 'Assets/A.cs', '')`,
    ],
    [
      'a build runs',
      `INSERT INTO builds (build_id, session_id, project_name, target, development, state, phase, started_at, elapsed_ms, warnings, errors, job_id) VALUES ('${idOf(50)}', ?, 'Harbour', 'linux64', 0, 'building', 'x', '2026-11-23T10:00:00.000Z', 0, 0, 0, 'job')`,
    ],
  ])('is refused while %s, and nothing goes', async (_why, sql) => {
    await story();
    editJournal(folder.dir, sql, idOf(1));
    const { refused } = await bridge.api['session.describe_deletion']({ sessionId: idOf(1) });
    expect(refused).toMatch(/Nothing was deleted/);
    await expect(remove()).rejects.toMatchObject({ code: 'invalid_input', message: refused });
    expect((await bridge.api['session.open']({ sessionId: idOf(1) })).changes).toHaveLength(1);
  });
});
