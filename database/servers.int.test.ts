import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SparkEvent } from '../shared/contracts/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import {
  findPostgres,
  startPostgresPair,
  type PostgresPairForTest,
} from '../services/sandbox/stack/testing/postgresPair.ts';
import { ensureMonths, insertEvents, listDaysDue, listStoredChanges, makeDatabase, readEventsDaily } from './index.ts';
import { readSchemaStatus } from './migrate.ts';
import type { DatabaseConfig } from './pool.ts';
import { writeProjections } from './projections.ts';
import { applyRoles, readRolesPlan } from './roles/apply.ts';
import { roleSpecs } from './roles/grants.ts';
import type { Passwords } from './roles/plan.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { openRawClient } from './testing/rawClient.ts';
import { verifyDatabase } from './verify.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was skipped; the JSON report carries it, and `npm test` lists it. */
    skipReason?: string;
  }
}

const logger = makeLogger({ name: 'test', level: 'silent' });

// The oldest and the newest PostgreSQL that SPARK supports, each with a streaming replica of its own.
describe.each([
  { major: 15, native: findPostgres(15), missing: 'no PostgreSQL 15 here: install it, or set SPARK_TEST_POSTGRES_15' },
  { major: 18, native: undefined, missing: undefined },
])('on PostgreSQL $major', ({ major, native, missing }) => {
  const isMissing = missing !== undefined && native === undefined;
  let pair: PostgresPairForTest;
  let fresh: FreshDatabase;
  beforeAll(async () => {
    if (isMissing) return;
    pair = await startPostgresPair(native);
    fresh = await makeFreshDatabase(pair.cluster);
  });
  afterAll(async () => {
    if (isMissing) return;
    await pair.stop();
  });
  beforeEach(({ skip, task }) => {
    if (!isMissing) return;
    task.meta.skipReason = missing;
    skip(missing);
  });

  const asUser = (user: string, password: string): DatabaseConfig => ({
    ...fresh.config,
    SLATE_DB_USER: user,
    SLATE_DB_PASSWORD: password,
  });
  async function using<T>(config: DatabaseConfig, work: (database: ReturnType<typeof makeDatabase>) => Promise<T>) {
    const database = makeDatabase({ config, logger });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  test('the server is of that version and takes every migration', async () => {
    const [server] = await fresh.query(`SELECT current_setting('server_version_num')::int / 10000 AS major`);
    expect(server).toEqual({ major });
    expect(await readSchemaStatus(fresh.ownerConfig, logger)).toMatchObject({ pending: [], unknown: [] });
  });

  test('large texts are compressed with lz4 where the server has it, also in new months', async () => {
    await fresh.query(`SELECT spark_ensure_partitions('2031-01-01', '2031-01-01')`);
    const [found] = await fresh.query(
      `SELECT 'lz4' = ANY (enumvals) AS available,
              (SELECT array_agg(DISTINCT attcompression::text) FROM pg_attribute
               WHERE (attrelid, attname) IN (('spark_events'::regclass, 'payload'), ('spark_events_y2031m01'::regclass, 'payload'),
                                             ('spark_generated_scripts'::regclass, 'contents'))) AS used
       FROM pg_settings WHERE name = 'default_toast_compression'`,
    );
    expect(found?.['used']).toEqual([found?.['available'] === true ? 'l' : '']);
  });

  test('events are stored, projected, rolled and verified by the consumer, and read by the app from the replica', async () => {
    const timestamp = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const event: SparkEvent & { changeId: string } = {
      eventId: randomUUID(),
      type: 'runtime.unity.script_generated',
      sessionId: randomUUID(),
      seq: 1,
      timestamp,
      schemaVersion: 1,
      source: { app: 'spark', version: '0.0.0', host: 'test' },
      changeId: randomUUID(),
      scriptName: 'PlayerController',
      path: 'Assets/Scripts/PlayerController.cs',
    };
    await using(asUser('spark_consumer', pair.secrets.consumer), async (consumer) => {
      await consumer.write(async (client) => {
        await ensureMonths(client, [timestamp]);
        const storedMs = Date.parse(timestamp);
        const row = { ...event, occurredMs: storedMs, recordedMs: storedMs, callId: null, userId: null };
        await insertEvents(client, [{ ...row, payload: Buffer.from(JSON.stringify(event)) }]);
        await writeProjections(client, [event], { recordedAt: timestamp });
      });
      const due = await consumer.write((client) => listDaysDue(client));
      expect(due.map(({ day }) => day)).toEqual([timestamp.slice(0, 10)]);
      for (const { day } of due) await consumer.rollupDay(day);
      expect(await consumer.write((client) => readEventsDaily(client, timestamp.slice(0, 10)))).toHaveLength(1);
    });
    const window = { since: '2020-01-01T00:00:00Z', settleSeconds: 0, limit: 10 };
    const report = await using(fresh.ownerConfig, (owner) => owner.write((client) => verifyDatabase(client, window)));
    expect(report.ok).toBe(true);
    await using(fresh.config, async (app) => {
      await app.write([{ ...event, seq: 2 }]);
      const ask = () => app.read((reader) => listStoredChanges(reader, { ...event, changeIds: [event.changeId] }));
      expect((await ask()).value).toHaveLength(1);
      await expect
        .poll(ask, { timeout: 20_000 })
        .toMatchObject({ server: 'replica', value: [{ changeId: event.changeId }] });
      expect(await app.health()).toMatchObject({ primary: { ok: true }, replica: { ok: true } });
    });
  });

  describe('spark-db roles', () => {
    let passwords: Passwords;
    beforeAll(() => {
      if (isMissing) return;
      const made = Object.fromEntries(roleSpecs.map(({ name }) => [name, `${name}-${randomUUID()}`]));
      // The owner keeps its own: it looks into the tables after this.
      passwords = { ...made, spark_owner: pair.secrets.owner };
    });
    const nobody = () => Promise.resolve(undefined);
    const admin = () => asUser('postgres', pair.secrets.superuser);
    const apply = (given: Passwords) =>
      using(admin(), (database) =>
        database.write(async (client) => {
          const plan = await readRolesPlan(client, given, nobody);
          await applyRoles(client, plan);
          return plan;
        }),
      );

    test('makes what is missing once, changes nothing the second time, and says what is missing', async () => {
      const first = await apply({});
      expect(first.missing).toEqual([
        expect.stringContaining('SPARK_REPLICATION_DB_PASSWORD'),
        expect.stringContaining('SPARK_ROLLUP_DB_PASSWORD'),
      ]);
      const made = await apply(passwords);
      expect(made.missing).toEqual([]);
      const state = () =>
        fresh.query(`SELECT array_agg(rolname || rolcanlogin || rolreplication ORDER BY rolname) AS roles,
          (SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_publication_tables WHERE pubname = 'spark_changes') AS published,
          (SELECT array_agg(relname || relacl::text ORDER BY relname) FROM pg_class WHERE relname LIKE 'spark%') AS grants
          FROM pg_roles WHERE rolname LIKE 'spark%' OR rolname = 'slate_user'`);
      const before = await state();
      const again = await apply({});
      expect(await state()).toEqual(before);
      expect(again.missing).toEqual([]);
      expect(again.statements.some(({ text }) => text.includes('PUBLICATION'))).toBe(false);
    });

    test('is refused with what to do when somebody else than an admin runs it; the plan is shown to anybody', async () => {
      const app = asUser('slate_user', passwords.slate_user ?? '');
      const plan = await using(app, (database) => database.write((client) => readRolesPlan(client, {}, nobody)));
      expect(plan.statements.length).toBeGreaterThan(0);
      await expect(
        using(app, (database) => database.write((client) => applyRoles(client, plan))),
      ).rejects.toMatchObject({ code: 'db_schema', message: expect.stringContaining('run this as an admin') });
    });

    test('an admin who is no superuser and lacks a right is told which statement was refused, and nothing is changed', async () => {
      const limited = asUser('limited_admin', 'limited-password');
      await using(admin(), (database) =>
        database.write((client) =>
          client.run({ text: `CREATE ROLE limited_admin LOGIN CREATEROLE PASSWORD 'limited-password'` }),
        ),
      );
      const grants = () => fresh.query(`SELECT array_agg(datacl::text) AS acl FROM pg_database`);
      const before = await grants();
      const attempt = using(limited, (database) =>
        database.write(async (client) => applyRoles(client, await readRolesPlan(client, {}, nobody))),
      );
      await expect(attempt).rejects.toMatchObject({
        code: 'db_schema',
        message: expect.stringMatching(/^PostgreSQL refused ".+": .+\. Nothing was changed; run this as a superuser/),
      });
      await expect(attempt).rejects.not.toMatchObject({ message: expect.stringContaining('migrate') });
      expect(await grants()).toEqual(before);
    });

    test('a password that is typed has the same rules as one from the environment, and is asked for again', async () => {
      await using(admin(), (database) =>
        database.write((client) => client.run({ text: 'ALTER ROLE spark_replication NOLOGIN' })),
      );
      const asked: (string | undefined)[] = [];
      const typed = ['short', 'pässwörd-long-enough', passwords.spark_replication];
      const ask = (role: string, complaint?: string) => {
        asked.push(complaint);
        return Promise.resolve(role === 'spark_replication' ? typed.shift() : undefined);
      };
      const plan = await using(admin(), (database) =>
        database.write(async (client) => {
          const wanted = await readRolesPlan(client, {}, ask);
          await applyRoles(client, wanted);
          return wanted;
        }),
      );
      const complaint = expect.stringContaining('8 to 256 printable ASCII characters');
      expect(asked).toEqual([undefined, complaint, complaint]);
      expect(plan.missing).toEqual([]);
    });

    test('never shows a password, nor sends it to the server as it is', async () => {
      const plan = await using(admin(), (database) =>
        database.write((client) => readRolesPlan(client, passwords, nobody)),
      );
      const all = JSON.stringify(plan);
      for (const password of Object.values(passwords)) expect(all).not.toContain(password);
      expect(plan.statements.map(({ shown }) => shown).join()).not.toContain('SCRAM');
    });

    // What each role must be able to do, and nothing else: y or - for each of the operations.
    const operations = {
      'insert an event': `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, recorded_at, payload)
        VALUES (now(), gen_random_uuid(), gen_random_uuid(), 1, 't', now(), '{}')`,
      'update a row': `UPDATE spark_usage SET seq = seq`,
      'insert a row': `INSERT INTO spark_sessions (session_id) VALUES (gen_random_uuid())`,
      'read rows': `SELECT FROM spark_sessions, spark_function_calls, spark_events LIMIT 1`,
      'read daily figures': `SELECT FROM spark_usage_daily, spark_errors_daily, spark_events_daily LIMIT 1`,
      'read due days': `SELECT spark_days_due()`,
      'mark days': `SELECT spark_mark_days('{2020-01-01}')`,
      'write daily figures': `UPDATE spark_usage_daily SET rolled_at = now()`,
      'write marks': `UPDATE spark_day_changes SET changes = 1`,
      roll: `SELECT spark_rollup_day('2020-01-01')`,
      'ensure partitions': `SELECT spark_ensure_partitions('2020-01-01', '2020-01-01')`,
      'drop partitions': `SELECT spark_drop_partitions_before('2000-01-01')`,
      'delete events': `DELETE FROM spark_events`,
      'delete rows': `DELETE FROM spark_usage`,
      truncate: `TRUNCATE spark_usage`,
      'drop a table': `DROP TABLE spark_usage`,
      'alter a table': `ALTER TABLE spark_usage ADD COLUMN x int`,
      'make a table': `CREATE TABLE spark_x (x int)`,
      'make a role': `CREATE ROLE spark_x`,
      'read a server file': `SELECT pg_read_file('postgresql.conf')`,
      'read passwords': `SELECT rolpassword FROM pg_authid`,
      'know the schema': `SELECT FROM spark_schema_migrations`,
      replicate: `SELECT pg_create_logical_replication_slot('spark_x', 'pgoutput', true)`,
      'read windows': `SELECT FROM spark_metrics_windowed, spark_usage_windowed LIMIT 1`,
      'write windows': `INSERT INTO spark_metrics_windowed VALUES ('hour', now(), now(), 'event', 't', '', -1, false, 1)`,
      'delete windows': `DELETE FROM spark_metrics_windowed`,
      'forget windows': `SELECT spark_forget_windows('2020-01-01T00:00:00Z')`,
      'drop alerts': `SELECT spark_drop_alerts_before('2000-01-01')`,
      'drop windows': `SELECT spark_drop_windows_before('2000-01-01')`,
      'plan and check a daily run': `SELECT spark_days_to_roll('2020-01-01'), spark_check_days('2020-01-01', '2020-01-02')`,
      'see old months': `SELECT spark_months_to_drop('2000-01-01')`,
    };
    test.each([
      ['spark_owner', 'yyyyyyyyyyyyyyyyyy---y-yyyyyyyy'],
      ['spark_consumer', 'yyyyyyy--yyy---------y-----y-y-'],
      ['slate_user', 'yyyyyyy----------------y-------'],
      ['spark_readonly', '---yyy-----------------y-------'],
      ['spark_replication', '---y------------------yyy-y----'],
      ['spark_rollup', '---------yyy---------------yyyy'],
    ] as const)('%s can do what it must and nothing else', async (role, expected) => {
      const raw = await openRawClient(asUser(role, passwords[role] ?? ''));
      try {
        const allowed: string[] = [];
        for (const [name, text] of Object.entries(operations)) {
          // A slot is not made in a transaction that has written, so each operation has one of its own.
          await raw.query({ text: 'BEGIN' });
          const refused = await raw.query({ text }).then(
            () => undefined,
            (error: { code?: string }) => error.code,
          );
          await raw.query({ text: 'ROLLBACK' });
          expect([undefined, '42501'], `${name}: ${refused}`).toContain(refused);
          if (refused === undefined) allowed.push(name);
        }
        expect(allowed).toEqual(Object.keys(operations).filter((_, index) => expected[index] === 'y'));
      } finally {
        await raw.end();
      }
    });

    test('the change stream tells a row of a partition under the name of its table', async () => {
      const stream = await openRawClient(asUser('spark_replication', passwords.spark_replication ?? ''));
      try {
        await stream.query({ text: `SELECT pg_create_logical_replication_slot('spark_test', 'pgoutput', true)` });
        await fresh.query(operations['insert an event']);
        const changes = await stream.query({
          text: `SELECT data, 'spark_events'::regclass::oid::int AS root FROM pg_logical_slot_get_binary_changes(
                   'spark_test', NULL, NULL, 'proto_version', '1', 'publication_names', 'spark_changes')`,
        });
        // pgoutput's Insert is the letter I and the relation's id.
        const inserts = changes.filter(({ data }) => data instanceof Buffer && data.toString('latin1', 0, 1) === 'I');
        expect(inserts.map(({ data }) => (data instanceof Buffer ? data.readUInt32BE(1) : 0))).toEqual([
          changes[0]?.['root'],
        ]);
      } finally {
        await stream.end();
      }
    });
  });
});
