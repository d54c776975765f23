import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { EventOf } from '../shared/contracts/index.ts';
import { DependencyError } from '../shared/errors/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import {
  ensureMonths,
  insertEvents,
  listStoredChanges,
  makeDatabase,
  readEventsDaily,
  writeProjections,
} from './index.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const stack = inject('stack');
let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(stack));
});
afterAll(() => fresh.drop());

function scriptEvent(seq: number): EventOf<'runtime.unity.script_generated'> & { changeId: string } {
  return {
    eventId: randomUUID(),
    type: 'runtime.unity.script_generated',
    sessionId: randomUUID(),
    seq,
    timestamp: new Date().toISOString(),
    schemaVersion: 1,
    source: { app: 'spark', version: '0.0.0', host: 'test' },
    changeId: randomUUID(),
    scriptName: 'PlayerController',
    path: 'Assets/Scripts/PlayerController.cs',
  };
}

async function withDatabase<T>(work: (database: ReturnType<typeof makeDatabase>) => Promise<T>, config = fresh.config) {
  const database = makeDatabase({ config, logger });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

test('a change written by the app is read back at once, and by the replica once it was replayed', async () => {
  await withDatabase(async (database) => {
    const event = scriptEvent(1);
    await database.write([event]);
    const ask = () => database.read((reader) => listStoredChanges(reader, { ...event, changeIds: [event.changeId] }));
    // Whichever server answers, it has the write: that is the promise of the read position.
    expect((await ask()).value.map(({ changeId }) => changeId)).toEqual([event.changeId]);
    await expect
      .poll(async () => ask(), { timeout: 20_000 })
      .toMatchObject({ server: 'replica', value: [{ changeId: event.changeId }] });
  });
});

test('health names both servers and the lag of the replica', async () => {
  await withDatabase(async (database) => {
    expect(await database.health()).toMatchObject({
      primary: { ok: true, detail: '', timeline: 1, breaker: { kind: 'closed' }, pool: { total: 1 } },
      replica: {
        ok: true,
        configured: true,
        lagMs: expect.any(Number),
        lagBytes: expect.any(Number),
        timeline: 1,
        breaker: { kind: 'closed' },
      },
    });
  });
});

test('stats count the connections of both pools', async () => {
  await withDatabase(async (database) => {
    expect(database.stats()).toEqual({
      primary: { total: 0, idle: 0, waiting: 0 },
      replica: { total: 0, idle: 0, waiting: 0 },
    });
    await database.write(() => {
      expect(database.stats().primary).toEqual({ total: 1, idle: 0, waiting: 0 });
      return Promise.resolve();
    });
    // Lent until the WAL position of the write has come.
    await expect.poll(() => database.stats().primary).toEqual({ total: 1, idle: 1, waiting: 0 });
  });
});

test('a transaction whose work hides a refused statement is not taken for committed', async () => {
  await withDatabase(async (database) => {
    const hiding = database.write(async (client) => {
      await client.run({ text: "INSERT INTO spark_sessions (session_id) VALUES ('no uuid')" }).catch(() => undefined);
    });
    await expect(hiding).rejects.toMatchObject({ code: 'invariant' });
  });
});

test('of several statements one that is refused leaves none, and the connection serves the next write', async () => {
  await withDatabase(async (database) => {
    const [good, bad] = [scriptEvent(1), { ...scriptEvent(2), scriptName: 'a\u0000b' }];
    await expect(database.write([good, bad])).rejects.toMatchObject({ code: 'db_rejected' });
    const ids = [good.sessionId, bad.sessionId];
    expect(await fresh.query('SELECT FROM spark_sessions WHERE session_id = ANY ($1)', [ids])).toEqual([]);
    await database.write([good]);
    expect(await fresh.query('SELECT seq FROM spark_sessions WHERE session_id = ANY ($1)', [ids])).toHaveLength(1);
    expect(database.stats().primary.total).toBe(1);
  });
});

test('the reads of a database whose replica is away go to the primary', async () => {
  await withDatabase(
    async (database) => {
      const { server } = await database.read((reader) => readEventsDaily(reader, '2026-01-01'));
      expect(server).toBe('primary');
      expect((await database.health()).replica).toMatchObject({ ok: false, configured: true, lagMs: null });
    },
    { ...fresh.config, SPARK_DB_REPLICA_PORT: 1 },
  );
});

test('a server that is away is a retryable error, a wrong password is not, and both name themselves', async () => {
  const write = (config: FreshDatabase['config']) =>
    withDatabase((database) => database.write([scriptEvent(1)]), config).catch((error: unknown) => error);
  const away = await write({ ...fresh.config, SLATE_DB_PORT: 1 });
  const refused = await write({ ...fresh.config, SLATE_DB_PASSWORD: 'wrong' });
  expect(away).toBeInstanceOf(DependencyError);
  expect(away).toMatchObject({ code: 'db_unavailable', retryable: true });
  expect(refused).toMatchObject({ code: 'db_unavailable', retryable: false });
});

test('a server that is away is not tried by every call, and health says so', async () => {
  await withDatabase(
    async (database) => {
      const failures = [];
      for (let n = 0; n < 20; n += 1) failures.push(await database.write([scriptEvent(1)]).catch((e: unknown) => e));
      const notTried = failures.filter((error) => error instanceof DependencyError && error.data['notTried'] === true);
      expect(notTried.length).toBeGreaterThan(10);
      for (const error of notTried) expect(error).toMatchObject({ code: 'db_unavailable', retryable: true });
      expect(await database.health()).toMatchObject({
        primary: { ok: false, breaker: { kind: 'open', failures: expect.any(Number) } },
      });
    },
    { ...fresh.config, SLATE_DB_PORT: 1 },
  );
});

test('a row that somebody else holds costs the lock limit, is no fault of the row, and leaves nothing half written', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const event = scriptEvent(1);
  await withDatabase(async (database) => {
    await database.write([event]);
    const other = database.write(async (client) => {
      await client.run({
        text: 'SELECT FROM spark_generated_scripts WHERE change_id = $1 FOR UPDATE',
        values: [event.changeId],
      });
      hold();
      await released;
    });
    await held;
    const impatient = makeDatabase({ config: fresh.config, logger, statementTimeoutMs: 300 });
    const another = scriptEvent(2);
    const blocked = impatient.write([another, { ...event, seq: 3 }]);
    await expect(blocked).rejects.toMatchObject({
      code: 'db_unavailable',
      retryable: true,
      data: { sqlState: expect.stringMatching(/^(?:55P03|57014)$/) },
    });
    release();
    await other;
    expect(await fresh.query('SELECT FROM spark_sessions WHERE session_id = $1', [another.sessionId])).toEqual([]);
    // The same write is taken once the row is free.
    await impatient.write([another, { ...event, seq: 3 }]);
    expect(await fresh.query('SELECT seq FROM spark_generated_scripts WHERE change_id = $1', [event.changeId])).toEqual(
      [{ seq: '3' }],
    );
    await impatient.close();
  });
});

test("the app's role can neither delete, nor change the schema, nor run maintenance", async () => {
  await withDatabase(async (database) => {
    for (const text of [
      'DELETE FROM spark_events',
      'DROP TABLE spark_usage',
      "SELECT spark_rollup_day('2026-01-01')",
    ]) {
      await expect(database.write((client) => client.run({ text }))).rejects.toMatchObject({ code: 'db_schema' });
    }
  });
});

test('a NUL in a text is refused as a row, not as a missing server', async () => {
  await withDatabase(async (database) => {
    await expect(database.write([{ ...scriptEvent(1), scriptName: 'a\u0000b' }])).rejects.toMatchObject({
      code: 'db_rejected',
      retryable: false,
    });
  });
});

test('a transaction that idles for too long is ended by the server, keeps nothing, and the next write is taken', async () => {
  const event = scriptEvent(1);
  await withDatabase(async (database) => {
    const limits = z.object({ idle: z.string(), lock: z.string(), statement: z.string() });
    const idling = database.write(async (client) => {
      await client.run({ text: "SET LOCAL idle_in_transaction_session_timeout = '20ms'" });
      await writeProjections(client, [event]);
      const [row] = await client.rows({ text: 'SELECT pg_backend_pid() AS pid' }, z.object({ pid: z.number() }));
      const isThere = () => fresh.query('SELECT FROM pg_stat_activity WHERE pid = $1', [row?.pid]);
      await expect.poll(isThere, { timeout: 20_000 }).toEqual([]);
      await client.run({ text: 'SELECT 1' });
    });
    await expect(idling).rejects.toMatchObject({ code: 'db_unavailable', retryable: true });
    expect(await fresh.query('SELECT FROM spark_sessions WHERE session_id = $1', [event.sessionId])).toEqual([]);
    await database.write([event]);
    const text = `SELECT current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock,
                         current_setting('statement_timeout') AS statement`;
    const [set] = await database.write((client) => client.rows({ text }, limits));
    expect(set).toEqual({ idle: '1min', lock: '10s', statement: '15s' });
  });
});

test('rolling a day twice leaves the same rows, and late events are counted by the second', async () => {
  const consumer = { ...fresh.config, SLATE_DB_USER: stack.consumer.user, SLATE_DB_PASSWORD: stack.consumer.password };
  await withDatabase(async (database) => {
    const insert = (occurredAt: string) =>
      database.write(async (client) => {
        await ensureMonths(client, [occurredAt]);
        return insertEvents(client, [
          {
            eventId: randomUUID(),
            occurredMs: Date.parse(occurredAt),
            recordedMs: Date.parse(occurredAt),
            sessionId: randomUUID(),
            seq: 1,
            type: 'telemetry',
            callId: null,
            userId: null,
            payload: Buffer.from('{}'),
          },
        ]);
      });
    await insert('2025-03-31T23:59:59.999Z');
    await insert('2025-04-01T00:00:00.000Z');
    await database.rollupDay('2025-03-31');
    const again = await database.rollupDay('2025-03-31');
    expect(again.find(({ rollup }) => rollup === 'spark_events_daily')?.rows).toBe(1);
    await insert('2025-03-31T00:00:00.000Z');
    await database.rollupDay('2025-03-31');
    expect((await database.read((reader) => readEventsDaily(reader, '2025-03-31'))).value).toEqual([
      { type: 'telemetry', events: 2, sessions: 2 },
    ]);
  }, consumer);
});
