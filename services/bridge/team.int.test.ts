import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeDatabase, searchTeam, writeProjections, type Database } from '../../database/index.ts';
import { makeFreshDatabase, type FreshDatabase } from '../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../database/testing/stackCluster.ts';
import {
  eventSchemas,
  isEventType,
  teamPageSchema,
  teamQuerySchema,
  type SparkEvent,
  type TeamPage,
  type TeamQuery,
} from '../../shared/contracts/index.ts';
import { teamRoutes } from './api/team.ts';
import type { Journal } from './journal/index.ts';
import { addSession, makeTestFolder, openTestJournal, silentLogger } from './testing/testJournal.ts';

/** Sessions of three people in PostgreSQL, written as app and consumer write them, read as the window reads them. */
const folder = makeTestFolder();
const opened: Database[] = [];
let journal: Journal;
let fresh: FreshDatabase;
let app: Database;

const idOf = (n: number): string => `01b20000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const sha = (letter: string): string => letter.repeat(64);
let seq = 0;
function event(n: number, day: number, body: Readonly<Record<string, unknown>>, userId?: string): SparkEvent {
  seq += 1;
  const type = String(body['type']);
  if (!isEventType(type)) throw new Error(`${type} is no type of event`);
  return eventSchemas[type].parse({
    eventId: `01b2ffff-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    sessionId: idOf(n),
    seq,
    timestamp: new Date(Date.UTC(2026, 9, day, 8, 0, seq % 60)).toISOString(),
    schemaVersion: 1,
    source: { app: 'test', version: '0', host: 'test' },
    ...(userId === undefined ? {} : { userId }),
    ...body,
  });
}
const started = (n: number, day: number, title: string, projectName: string, userId?: string): SparkEvent =>
  event(n, day, { type: 'session', action: 'started', title, projectName, model: 'gpt-realtime-2.1' }, userId);
const call = (n: number, day: number, callId: string, more: Readonly<Record<string, unknown>> = {}): SparkEvent =>
  event(n, day, {
    type: 'function_call',
    callId,
    name: 'generateUnityScript',
    effect: 'write',
    state: 'succeeded',
    argumentsJson: '{"name":"Winch","prompt":"turn 100 % slowly"}',
    resultSummary: 'created Assets/Scripts/Winch.cs',
    durationMs: 900,
    ...more,
  });
const script = (n: number, day: number, changeId: string, more: Readonly<Record<string, unknown>> = {}): SparkEvent =>
  event(n, day, {
    type: 'runtime.unity.script_generated',
    changeId,
    scriptName: 'Winch',
    path: 'Assets/Scripts/Winch.cs',
    sha256: sha('a'),
    contents: 'class Winch {}\n',
    lines: 1,
    prompt: 'A winch for the drawbridge',
    ...more,
  });

const story: readonly SparkEvent[] = [
  started(1, 1, 'Drawbridge', 'Harbour', 'mira'),
  call(1, 1, 'c1'),
  script(1, 1, idOf(100)),
  call(1, 1, 'c2', {
    state: 'failed',
    name: 'applyUnityPatch',
    errorCode: 'unity_busy',
    errorMessage: 'Unity compiles.',
  }),
  event(1, 1, {
    type: 'runtime.unity.patch_applied',
    changeId: idOf(101),
    scriptName: 'Winch',
    path: 'Assets/Scripts/Winch.cs',
    previousSha256: sha('a'),
    sha256: sha('b'),
    contents: 'class Winch { int turns; }\n',
    editsApplied: 1,
  }),
  script(1, 1, idOf(102), {
    path: 'Assets/Scripts/Huge.cs',
    contents: undefined,
    contentsOmitted: true,
    prompt: undefined,
  }),
  event(1, 1, { type: 'build.unity.started', buildId: idOf(110), target: 'webgl' }),
  event(1, 1, {
    type: 'build.unity.failed',
    buildId: idOf(110),
    target: 'webgl',
    reason: 'Out of memory',
    durationMs: 5,
    warnings: 0,
    errors: 1,
    elapsedMs: 5,
  }),
  event(1, 1, {
    type: 'usage',
    responseId: 'r1',
    provider: 'openai',
    model: 'gpt-realtime-2.1',
    inputTokens: 10,
    cachedTokens: 0,
    outputTokens: 2,
    costMicroUsd: 1_234,
  }),
  started(2, 2, 'Lighthouse', 'Harbour', 'jonas'),
  call(2, 2, 'c1', { resultSummary: 'created Assets/Scripts/Lamp.cs', argumentsJson: '{"name":"Lamp"}' }),
  event(2, 2, { type: 'session', action: 'ended', title: 'Lighthouse' }, 'jonas'),
  started(3, 3, 'Forest path', 'Forest'),
];

function open(config: FreshDatabase['config']): Database {
  const database = makeDatabase({ config, logger: silentLogger, maxConnections: 2 });
  opened.push(database);
  return database;
}
const routesOf = (database: Database) => teamRoutes({ journal, database, logger: silentLogger });
type Query = Parameters<typeof teamQuerySchema.parse>[0];
async function search(query: Query, database = app): Promise<Extract<TeamPage, { kind: 'page' }>> {
  const page = teamPageSchema.parse(await routesOf(database)['team.search'](teamQuerySchema.parse(query)));
  if (page.kind !== 'page') throw new Error(`The answer is ${page.kind}.`);
  return page;
}
const titles = async (query: Query): Promise<string[]> =>
  (await search(query)).results.map(({ session }) => session.title);

beforeAll(async () => {
  const stack = inject('stack');
  fresh = await makeFreshDatabase(clusterOf(stack, stack.consumer));
  // The app's own role on the primary alone, so that nothing waits for the replica; it is the same SQL on either.
  const { SLATE_DB_USER, SLATE_DB_PASSWORD } = clusterOf(stack).config;
  app = open({ ...fresh.config, SLATE_DB_USER, SLATE_DB_PASSWORD, SLATE_DB_REPLICA_HOST: undefined });
  await app.write((client) => writeProjections(client, story));
  journal = openTestJournal(folder.dir);
  addSession(journal, idOf(3));
});
afterAll(async () => {
  for (const database of opened) await database.close();
  journal.close();
  folder.remove();
  await fresh.drop();
});

describe('the search of the team’s history', () => {
  it('without words lists sessions newest first, and says which are on this machine', async () => {
    const page = await search({});
    expect(page.results.map(({ session, isHere, hits }) => [session.title, isHere, hits.length])).toEqual([
      ['Forest path', true, 0],
      ['Lighthouse', false, 0],
      ['Drawbridge', false, 0],
    ]);
    expect(page).toMatchObject({ stopped: 'end', next: null, looked: { sessions: 3 }, source: { server: 'primary' } });
    expect(page.results[1]?.session).toMatchObject({ userId: 'jonas', projectName: 'Harbour', status: 'ended' });
  });

  it('finds titles, calls, changes, builds and errors by all the words, in either case, marked', async () => {
    const [found] = (await search({ words: 'WINCH' })).results;
    expect(found?.session.title).toBe('Drawbridge');
    expect(found?.hits.map(({ kind, ref }) => `${kind} ${ref}`).toSorted()).toEqual(
      [`call c1`, `change ${idOf(100)}`, `change ${idOf(101)}`, 'error c2'].toSorted(),
    );
    const change = found?.hits.find(({ ref }) => ref === idOf(100));
    expect(change?.excerpt.filter(({ hit }) => hit).map(({ text }) => text)).toEqual(['Winch', 'winch']);
    expect(await titles({ words: 'drawbr' })).toEqual(['Drawbridge']);
    expect(await titles({ words: 'memory webgl' })).toEqual(['Drawbridge']);
    expect(await titles({ words: 'winch lamp' })).toEqual([]);
  });

  it('tells the newest five of a session, and how many there are besides', async () => {
    const more = Array.from({ length: 9 }, (_, n) => call(9, 9, `m${n}`, { resultSummary: 'porcupine' }));
    await app.write((client) => writeProjections(client, [started(9, 9, 'Many', 'Zoo', 'mira'), ...more]));
    const [found] = (await search({ words: 'porcupine' })).results;
    expect(found).toMatchObject({
      more: 4,
      hits: [{ ref: 'm8' }, { ref: 'm7' }, { ref: 'm6' }, { ref: 'm5' }, { ref: 'm4' }],
    });
    await fresh.query(`DELETE FROM spark_sessions WHERE session_id = $1`, [idOf(9)]);
    await fresh.query(`DELETE FROM spark_function_calls WHERE session_id = $1`, [idOf(9)]);
  });

  it.each<[string, Query, string[]]>([
    ['project', { projectName: 'Harbour' }, ['Lighthouse', 'Drawbridge']],
    ['person', { userId: 'jonas' }, ['Lighthouse']],
    ['function', { functionName: 'applyUnityPatch' }, ['Drawbridge']],
    ['error code', { errorCode: 'unity_busy' }, ['Drawbridge']],
    ['kind', { kinds: ['error'] }, ['Drawbridge']],
    ['kinds and words', { kinds: ['session', 'build'], words: 'l' }, ['Lighthouse', 'Drawbridge']],
    ['the first day', { from: '2026-10-02T00:00:00.000Z' }, ['Forest path', 'Lighthouse']],
    ['the last day', { to: '2026-10-02T00:00:00.000Z' }, ['Drawbridge']],
    [
      'all of them',
      { projectName: 'Harbour', userId: 'mira', words: 'unity', errorCode: 'unity_busy' },
      ['Drawbridge'],
    ],
    ['all of them, one wrong', { projectName: 'Harbour', userId: 'jonas', errorCode: 'unity_busy' }, []],
  ])('is filtered by %s', async (_name, query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });

  it('takes any text for words', async () => {
    expect(await titles({ words: '100 %' })).toEqual(['Drawbridge']);
    for (const words of [
      '%',
      '_',
      '\\',
      "'; DROP TABLE spark_sessions; --",
      '$1',
      '\u0000',
      '\ud800',
      '{"name"',
      '%%%',
    ]) {
      await expect(search({ words }), words).resolves.toMatchObject({ kind: 'page' });
    }
    expect(await titles({ words: 'w_nch' })).toEqual([]);
    expect(await titles({ words: 'W\\inch' })).toEqual([]);
  });

  it('comes in pages, each session once, also where several began at the same time', async () => {
    const same = Array.from({ length: 7 }, (_, n) => ({
      ...started(20 + n, 5, `Same ${n}`, 'Twins'),
      timestamp: '2026-10-05T08:00:00.000Z',
    }));
    await app.write((client) => writeProjections(client, same));
    const seen: string[] = [];
    let after: TeamQuery['after'] = null;
    do {
      const page: Extract<TeamPage, { kind: 'page' }> = await search({ projectName: 'Twins', limit: 3, after });
      seen.push(...page.results.map(({ session }) => session.title));
      after = page.next;
    } while (after !== null);
    expect(seen.toSorted()).toEqual(same.map((_, n) => `Same ${n}`));
    await fresh.query(`DELETE FROM spark_sessions WHERE project_name = 'Twins'`);
  });

  it('ends at its limits, and goes on from there', async () => {
    const query = teamQuerySchema.parse({ words: 'drawbridge' });
    const first = await app.read((reader) =>
      searchTeam(reader, query, { sessions: 2, ms: 60_000, statementMs: 60_000 }),
    );
    expect(first.value).toMatchObject({ results: [], stopped: 'sessions', looked: { sessions: 2 } });
    const rest = await search({ words: 'drawbridge', after: first.value.next });
    expect(rest.results.map(({ session }) => session.title)).toEqual(['Drawbridge']);
  });

  it('whose statement takes too long tells what it found, and leaves the connection as it was', async () => {
    const one = open({ ...fresh.config, SLATE_DB_REPLICA_HOST: undefined });
    // Somebody holds the table, so that nothing is read in time.
    const query = teamQuerySchema.parse({ words: 'drawbridge' });
    const held = fresh.query('BEGIN; LOCK TABLE spark_sessions IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT');
    await expect
      .poll(() =>
        fresh.query(
          `SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'spark_sessions'::regclass AND granted`,
        ),
      )
      .toHaveLength(1);
    const cut = await one.read((reader) =>
      searchTeam(reader, query, { sessions: 5_000, ms: 60_000, statementMs: 100 }),
    );
    expect(cut.value).toMatchObject({ results: [], stopped: 'time', next: null, looked: { sessions: 0 } });
    await held;
    expect((await search({ words: 'drawbridge' }, one)).results).toHaveLength(1);
  });
});

describe('a session of the team', () => {
  it('is all that the database has of it, in its order, without the texts', async () => {
    const view = await routesOf(app)['team.open']({ sessionId: idOf(1) });
    expect(view).toMatchObject({
      kind: 'session',
      session: { title: 'Drawbridge', userId: 'mira' },
      isHere: false,
      calls: [
        { callId: 'c1', state: 'succeeded', durationMs: 900 },
        { callId: 'c2', state: 'failed', errorCode: 'unity_busy' },
      ],
      changes: [
        { changeId: idOf(100), hasText: true },
        { changeId: idOf(101), kind: 'patched', hasText: true },
        { changeId: idOf(102), hasText: false },
      ],
      builds: [{ buildId: idOf(110), state: 'failed', reason: 'Out of memory' }],
      left: { calls: 0, changes: 0, builds: 0 },
      costMicroUsd: 1_234,
    });
    expect(await routesOf(app)['team.open']({ sessionId: idOf(77) })).toEqual({ kind: 'unknown' });
  });

  it('has the text of a change, and of the file before it where an earlier change left that', async () => {
    const read = (n: number) => routesOf(app)['team.read_change']({ sessionId: idOf(1), changeId: idOf(n) });
    expect(await read(100)).toEqual({
      kind: 'text',
      path: 'Assets/Scripts/Winch.cs',
      before: null,
      after: 'class Winch {}\n',
    });
    expect(await read(101)).toMatchObject({ before: 'class Winch {}\n', after: 'class Winch { int turns; }\n' });
    expect(await read(102)).toEqual({ kind: 'unknown' });
    expect(await read(999)).toEqual({ kind: 'unknown' });
  });

  it('is among the choices by project, person and, once counted, function and error code', async () => {
    await fresh.query(
      `INSERT INTO spark_errors_daily (day, kind, name, error_code, errors, attempts)
       VALUES (current_date, 'function_call', 'applyUnityPatch', 'unity_busy', 1, 1), (current_date, 'function_call', 'f', '', 0, 1)`,
    );
    expect(await routesOf(app)['team.list_choices']({})).toEqual({
      kind: 'choices',
      projects: ['Forest', 'Harbour'],
      people: ['jonas', 'mira'],
      functions: ['applyUnityPatch', 'f'],
      errorCodes: ['unity_busy'],
    });
  });
});
