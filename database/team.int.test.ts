import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { teamQuerySchema } from '../shared/contracts/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { makeDatabase, openTeamSession, readTeamChange, searchTeam, type Database, type SqlClient } from './index.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

/** How the team's history is read where there is much of it: by indexes, whatever is asked. */
const sessions = 20_000;
let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(inject('stack')));
  await fresh.query(`
    INSERT INTO spark_sessions (session_id, title, project_name, user_id, started_at, started_seq, seq)
      SELECT md5(n::text)::uuid, 'Session ' || n, 'Project ' || n % 40, 'user' || n % 100, '2026-10-01T00:00:00Z'::timestamptz - n * interval '1 minute', 1, 1
      FROM generate_series(1, ${sessions}) AS n;
    INSERT INTO spark_function_calls (session_id, call_id, name, effect, state, arguments, result_summary, received_at, finished_at, seq)
      SELECT md5(n::text)::uuid, 'c' || c, 'generateUnityScript', 'write', 'succeeded', '{"name":"Script"}', 'created', now(), now(), c
      FROM generate_series(1, ${sessions}) AS n, generate_series(1, 5) AS c;
    INSERT INTO spark_generated_scripts (session_id, change_id, kind, script_name, path, contents, occurred_at, seq)
      SELECT md5(n::text)::uuid, md5(n || 's')::uuid, 'generated', 'Script', 'Assets/Script.cs', 'class Script {}', now(), 1
      FROM generate_series(1, ${sessions}) AS n;
    INSERT INTO spark_build_jobs (session_id, build_id, target, state, started_at, seq)
      SELECT md5(n::text)::uuid, md5(n || 'b')::uuid, 'webgl', 'completed', now(), 1 FROM generate_series(1, ${sessions}) AS n;
    ANALYZE spark_sessions, spark_function_calls, spark_generated_scripts, spark_build_jobs`);
  database = makeDatabase({
    config: { ...fresh.config, SLATE_DB_REPLICA_HOST: undefined },
    logger: makeLogger({ name: 'test', level: 'silent' }),
    maxConnections: 2,
  });
}, 120_000);
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

/** The plans of every statement that `work` sends. */
async function plansOf(work: (client: SqlClient) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  await database.read(async (client) => {
    await work({
      run: client.run,
      rows: async (statement, row) => {
        const lines = await client.rows(
          { text: `EXPLAIN ${statement.text}`, values: statement.values ?? [] },
          z.object({ 'QUERY PLAN': z.string() }),
        );
        plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
        return client.rows(statement, row);
      },
    });
  });
  return plans;
}
const searched = (query: Parameters<typeof teamQuerySchema.parse>[0]) =>
  plansOf((client) => searchTeam(client, teamQuerySchema.parse(query)));

it.each([
  ['words', { words: 'nothing' }],
  ['a person', { userId: 'user7' }],
  ['a person nobody knows', { userId: 'nobody', words: 'x' }],
  ['a project', { projectName: 'Project 7', words: 'nothing' }],
  ['a function', { functionName: 'nothing' }],
  ['an error code', { errorCode: 'unity_busy' }],
  ['a time', { from: '2026-09-20T00:00:00.000Z', to: '2026-09-21T00:00:00.000Z', words: 'nothing' }],
  [
    'a further page',
    {
      words: 'nothing',
      after: { startedAt: '2026-09-25T00:00:00.000000Z', sessionId: '01b20000-0000-7000-8000-000000000001' },
    },
  ],
])('a search by %s reads no table from end to end', async (_name, query) => {
  const plans = await searched(query);
  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) expect(plan).not.toContain('Seq Scan');
  expect(plans.join('\n')).not.toContain('spark_events');
});

it('a search ends after so many sessions, however many there are', async () => {
  const { value } = await database.read((client) => searchTeam(client, teamQuerySchema.parse({ words: 'nothing' })));
  expect(value).toMatchObject({ results: [], stopped: 'sessions', looked: { sessions: 5_000 } });
});

it('a search whose time is up ends after the slice it is in, and goes on behind it', async () => {
  const limits = { sessions: 5_000, ms: 0, statementMs: 60_000 };
  const query = teamQuerySchema.parse({ words: 'nothing' });
  const first = (await database.read((client) => searchTeam(client, query, limits))).value;
  expect(first).toMatchObject({ stopped: 'time', looked: { sessions: 50 } });
  const behind = { ...query, after: first.next };
  const second = (await database.read((client) => searchTeam(client, behind, limits))).value;
  expect(Date.parse(second.looked.backTo ?? '')).toBeLessThan(Date.parse(first.looked.backTo ?? ''));
});

it('of a project or a person it looks through their own sessions alone', async () => {
  const look = (query: Parameters<typeof teamQuerySchema.parse>[0]) =>
    database.read((client) => searchTeam(client, teamQuerySchema.parse(query)));
  expect((await look({ projectName: 'Project 7', words: 'nothing' })).value).toMatchObject({
    stopped: 'end',
    looked: { sessions: sessions / 40 },
  });
  expect((await look({ userId: 'user7', words: 'nothing' })).value).toMatchObject({
    stopped: 'end',
    looked: { sessions: sessions / 100 },
  });
});

it('a session and the text of a change are read by their keys', async () => {
  const [one] = await fresh.query('SELECT session_id, change_id FROM spark_generated_scripts LIMIT 1');
  const sessionId = String(one?.['session_id']);
  const plans = [
    ...(await plansOf((client) => openTeamSession(client, sessionId))),
    ...(await plansOf((client) => readTeamChange(client, { sessionId, changeId: String(one?.['change_id']) }))),
  ];
  expect(plans).toHaveLength(6);
  // The frames and the usage of this database are empty tables.
  for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on (?!spark_previews|spark_usage)/);
});
