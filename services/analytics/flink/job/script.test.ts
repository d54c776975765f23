import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { latencyBoundsMs } from '../../../../shared/domain/latency.ts';
import { jobFile, makeJobScript, type JobSettings } from './script.ts';

const settings: JobSettings = {
  database: {
    SLATE_DB_HOST: '192.168.86.27',
    SLATE_DB_REPLICA_HOST: undefined,
    SLATE_DB_PORT: 5432,
    SLATE_DB_NAME: 'wissil_db',
    SLATE_DB_USER: 'spark_replication',
    SLATE_DB_PASSWORD: "it's;secret",
    SPARK_DB_REPLICA_PORT: undefined,
    SPARK_DB_SSL: 'off',
    SPARK_DB_SSL_CA: undefined,
    SPARK_DB_SSL_CERT: undefined,
    SPARK_DB_SSL_KEY: undefined,
  },
  slot: 'spark_flink',
  since: new Date('2026-11-23T18:00:00Z'),
  stateUri: 'file:///var/lib/spark-flink/checkpoints',
  latenessSeconds: 60,
  checkpointSeconds: 10,
  parallelism: 1,
  restoreFrom: undefined,
};
const text = readFileSync(jobFile, 'utf8');

test('the buckets of durations are those of every other engine', () => {
  const cases = latencyBoundsMs.map((bound, bucket) => `    WHEN duration_ms <= ${bound} THEN ${bucket}\n`).join('');
  const whole = `CASE\n    WHEN duration_ms IS NULL THEN -1\n${cases}    ELSE ${latencyBoundsMs.length}\n  END`;
  expect(text).toContain(whole);
});

test('nothing stays to be filled in, and a quote in a password ends no text', () => {
  const script = makeJobScript(settings);
  expect(script).not.toMatch(/\$\{/);
  expect(script).toContain(`'password' = 'it''s;secret',`);
  expect(script).toMatch(
    /recorded_at >= ''2026-11-23T18:00:00\.000Z''\n.*UNION ALL[^']*''epoch''[^;]*ORDER BY recorded_at'/s,
  );
  expect(script).toContain(`INTERVAL '1:00' MINUTE TO SECOND`);
  expect(script).toContain('TO_TIMESTAMP_LTZ(1795456800000, 3)');
  expect(script).toContain(`'debezium.database.sslmode' = 'disable',`);
});

test('with an authority both ways to PostgreSQL check its certificate', () => {
  const database = { ...settings.database, SPARK_DB_SSL: 'verify-full', SPARK_DB_SSL_CA: '/etc/spark/ca.pem' } as const;
  const script = makeJobScript({ ...settings, database });
  expect(script).toContain(
    `'debezium.database.sslmode' = 'verify-full',\n  'debezium.database.sslrootcert' = '/etc/spark/ca.pem',`,
  );
  expect(script).toContain('?sslmode=verify-full&sslrootcert=%2Fetc%2Fspark%2Fca.pem&');
  expect(makeJobScript({ ...settings, database: { ...database, SPARK_DB_SSL: 'require' } })).toContain('=verify-ca&');
});

test('a checkpoint is named before the job, and only when there is one', () => {
  expect(makeJobScript(settings)).not.toContain('state-recovery');
  const restored = makeJobScript({ ...settings, restoreFrom: 'file:///state/chk-7' });
  expect(restored).toMatch(/^SET 'execution\.state-recovery\.path' = 'file:\/\/\/state\/chk-7';/);
});

/** Columns and key of a table, as `CREATE TABLE` in either dialect names them. */
function shapeOf(
  sql: string,
  table: string,
): { readonly columns: readonly string[]; readonly key: string | undefined } {
  const body = new RegExp(`CREATE (?:TEMPORARY )?TABLE ${table} \\(\\n([\\s\\S]*?)\\n\\)`).exec(sql)?.[1] ?? '';
  return {
    columns: [...body.matchAll(/^ {2}([a-z_]+) [A-Za-z]+/gm)].map(([, name]) => name ?? ''),
    key: /PRIMARY KEY \(([^)]*)\)/.exec(body)?.[1],
  };
}

test.each(['spark_metrics_windowed', 'spark_usage_windowed'])(
  '%s has the columns and the key that PostgreSQL has, and every statement fills them all',
  (table) => {
    const schema = readFileSync(new URL('../../../../database/schema.sql', import.meta.url), 'utf8');
    // Flink reserves a word more than PostgreSQL does.
    const shape = shapeOf(text.replaceAll('`', ''), table);
    expect(shape.columns.length).toBeGreaterThan(5);
    expect(shape).toEqual(shapeOf(schema, table));
    const inserts = [
      ...text.matchAll(new RegExp(`INSERT INTO ${table}\\nSELECT '(minute|hour)'([\\s\\S]*?)\\nFROM`, 'g')),
    ];
    // On time and late, of both lengths.
    expect(inserts.map(([, grain]) => grain)).toEqual(['minute', 'hour', 'minute', 'hour']);
    for (const [, , selected = ''] of inserts) {
      const flat = selected.replaceAll(/\([^()]*(\([^()]*\)[^()]*)*\)/g, '()');
      expect(flat.split(',')).toHaveLength(shape.columns.length);
    }
  },
);
