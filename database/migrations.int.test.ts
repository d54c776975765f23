import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import { migrate, readSchemaStatus } from './migrate.ts';
import { makeSchemaText, schemaFile } from './schemaFile.ts';
import { migrationNames } from './migrationFiles.ts';
import { describeCatalog } from './testing/catalog.ts';
import { makeEmptyDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const cluster = clusterOf(inject('stack'));
const names = await migrationNames();
let database: FreshDatabase;
beforeEach(async () => {
  database = await makeEmptyDatabase(cluster);
});
afterEach(() => database.drop());

const migrateIt = (): Promise<string[]> => migrate(database.ownerConfig, logger);

test('an empty database takes every migration, once', async () => {
  expect(await migrateIt()).toEqual(names);
  expect(await migrateIt()).toEqual([]);
  expect(await readSchemaStatus(database.ownerConfig, logger)).toEqual({ applied: names, pending: [], unknown: [] });
});

test('of ten that start at once one migrates and the others find nothing left', async () => {
  const done = await Promise.all(Array.from({ length: 10 }, migrateIt));
  expect(done.flat()).toEqual(names);
});

test('a newer schema is refused, and nothing is changed', async () => {
  await database.query(await makeSchemaText(names.length - 1));
  await database.query(`INSERT INTO spark_schema_migrations (name, run_on) VALUES ('999_from_the_future', now())`);
  const before = await describeCatalog(database);
  await expect(migrateIt()).rejects.toMatchObject({
    code: 'db_schema',
    message: expect.stringContaining('999_from_the_future'),
  });
  expect(await describeCatalog(database)).toEqual(before);
});

test('schema.sql makes the same catalog as the migrations, and migrating after it changes nothing', async () => {
  const fromFile = await makeEmptyDatabase(cluster);
  try {
    await fromFile.query(await readFile(schemaFile, 'utf8'));
    await migrateIt();
    const made = await describeCatalog(fromFile);
    expect(made).toEqual(await describeCatalog(database));
    expect(await migrate(fromFile.ownerConfig, logger)).toEqual([]);
    expect(await describeCatalog(fromFile)).toEqual(made);
    // It looks at what it is about.
    for (const word of ['spark_events_y', 'spark_rollup_day', 'spark_consumer=', 'CHECK', 'status', 'fillfactor']) {
      expect(made.join('\n')).toContain(word);
    }
  } finally {
    await fromFile.drop();
  }
});

test('the catalogs of two versions differ, down to one comment', async () => {
  await migrateIt();
  const before = await describeCatalog(database);
  await database.query(`COMMENT ON COLUMN spark_usage.model IS 'other'`);
  expect(await describeCatalog(database)).not.toEqual(before);
});

test('every table, column, index and function says what it is for', async () => {
  await migrateIt();
  const silent = await database.query(`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'i', 'I') AND obj_description(oid, 'pg_class') IS NULL
      AND relname !~ '^spark_events_y'
    UNION ALL
    SELECT attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
      AND col_description(attrelid, attnum) IS NULL
    UNION ALL
    SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL`);
  expect(silent).toEqual([]);
});

describe('from an earlier version with rows in every table', () => {
  const at = '2026-03-05T12:00:00Z';
  const sessionId = randomUUID();
  const base = { session_id: sessionId, seq: 1, recorded_at: at };
  const work = { ...base, call_id: 'call_1', occurred_at: at };
  /** One row per table, with what it requires. */
  const seeds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    spark_sessions: { ...base, title: 'T', started_at: at, started_seq: 1 },
    spark_events: { ...work, event_id: randomUUID(), type: 'telemetry', payload: { a: 'ä"\\' } },
    spark_function_calls: {
      ...base,
      call_id: 'call_1',
      name: 'f',
      effect: 'read',
      state: 'failed',
      error_code: 'unity_failed',
      received_at: at,
      finished_at: at,
    },
    spark_telemetry: { ...base, occurred_at: at, event_id: randomUUID(), name: 'n', value: 1.5, unit: 'ms' },
    spark_usage: {
      ...base,
      occurred_at: at,
      response_id: 'r',
      provider: 'p',
      model: 'm',
      input_tokens: 3,
      cached_tokens: 1,
      output_tokens: 2,
      cost_micro_usd: 7,
    },
    spark_previews: {
      ...work,
      frame_id: randomUUID(),
      sha256: 'a'.repeat(64),
      mime_type: 'image/png',
      width: 1,
      height: 1,
      size_bytes: 1,
      capture_source: 'game_view',
      blank: false,
    },
    spark_generated_scripts: {
      ...work,
      change_id: randomUUID(),
      kind: 'generated',
      script_name: 'A',
      path: 'Assets/A.cs',
      contents: 'x'.repeat(20_000),
    },
    spark_build_jobs: {
      ...base,
      build_id: randomUUID(),
      target: 'WebGL',
      state: 'completed',
      started_at: at,
      finished_at: at,
    },
    spark_usage_daily: {
      day: '2025-12-31',
      provider: 'p',
      model: 'm',
      responses: 1,
      sessions: 1,
      input_tokens: 1,
      cached_tokens: 0,
      output_tokens: 1,
      cost_micro_usd: 1,
      unpriced_responses: 0,
    },
    spark_errors_daily: { day: '2025-12-31', kind: 'build', name: 'n', error_code: '', errors: 0, attempts: 1 },
    spark_events_daily: { day: '2025-12-31', type: 'telemetry', events: 1, sessions: 1 },
  };

  const rowsOf = async (tables: readonly string[]) =>
    Promise.all(
      tables.map(async (table) => [table, await database.query(`SELECT * FROM ${table} ORDER BY 1`)] as const),
    );

  test.each(names.slice(0, -1).map((name, index) => ({ name, version: index + 1 })))(
    'version $name: the rows stay as they are, and partitions, rollups and retention work on them',
    async ({ version }) => {
      await database.query(await makeSchemaText(version));
      // Before there was a function for it.
      const month = `spark_events_y2026m03 PARTITION OF spark_events FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00')`;
      await database.query(`CREATE TABLE IF NOT EXISTS ${month}`);
      const found = await database.query(`SELECT relname FROM pg_class WHERE relname = ANY ($1)`, [Object.keys(seeds)]);
      const tables = found.map(({ relname }) => String(relname)).sort();
      for (const table of tables) {
        const seed = seeds[table] ?? {};
        const known = await database.query(
          'SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND attname = ANY ($2)',
          [table, Object.keys(seed)],
        );
        const columns = known.map(({ attname }) => String(attname));
        await database.query(
          `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_record(NULL::${table}, $1)`,
          [JSON.stringify(seed)],
        );
      }
      // From then on writers say which days they touch.
      if (version >= names.indexOf('006_days_due') + 1) await database.query(`SELECT spark_mark_days('{2026-03-05}')`);
      const before = await rowsOf(tables);
      expect(before.every(([, rows]) => rows.length === 1)).toBe(true);

      expect(await migrateIt()).toEqual(names.slice(version));
      for (const [index, [, rows]] of (await rowsOf(tables)).entries())
        expect(rows).toMatchObject(before[index]?.[1] ?? []);

      expect(await database.query('SELECT day::text FROM spark_days_due()')).toEqual([{ day: '2026-03-05' }]);
      await database.query(`SELECT spark_rollup_day('2026-03-05')`);
      expect(await database.query('SELECT FROM spark_days_due()')).toEqual([]);
      expect(await database.query(`SELECT type, events::int FROM spark_events_daily WHERE day = '2026-03-05'`)).toEqual(
        [{ type: 'telemetry', events: 1 }],
      );
      expect(await database.query(`SELECT spark_ensure_partitions('2026-02-01', '2026-03-31') AS made`)).toEqual([
        { made: 1 },
      ]);
      expect(await database.query(`SELECT spark_drop_partitions_before('2026-04-01') AS dropped`)).toEqual([
        { dropped: 2 },
      ]);
    },
  );
});
