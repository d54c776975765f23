import { z } from 'zod';
import { retryUntilAborted } from '../../../../shared/node/lifecycle/index.ts';
import type { World } from '../world.ts';
import type { FaultKind } from './types.ts';

/** Connections take a changed setting only when they are made: every program's are reset once. */
function reconnect({ toPostgres }: World): void {
  for (const proxy of toPostgres) {
    proxy.cut();
    proxy.heal();
  }
}

const setting =
  (name: string, value: string, words: string): FaultKind =>
  () => ({
    holds: ['settings', 'primary', 'to_postgres'],
    words,
    begin: async (world) => {
      await world.sql(`ALTER DATABASE wissil_db SET ${name} = '${value}'`);
      reconnect(world);
    },
    end: async (world) => {
      // A session that is read-only by default may still say that this transaction is not.
      await world.pool.use(async (client) => {
        await client.run({ text: 'BEGIN READ WRITE' });
        await client.run({ text: `ALTER DATABASE wissil_db RESET ${name}` });
        await client.run({ text: 'COMMIT' });
      });
      reconnect(world);
    },
  });

/**
 * Locks what the consumer updates, last table first, as long as the fault lasts. The consumer locks the tables in their
 * order, so the two wait for each other until PostgreSQL ends one of them with 40P01.
 */
function startRival(world: World): () => Promise<void> {
  const stop = new AbortController();
  const running = retryUntilAborted(
    async () => {
      while (!stop.signal.aborted) {
        await world.pool.use(async (client) => {
          await client.run({ text: 'BEGIN' });
          for (const table of ['spark_build_jobs', 'spark_function_calls', 'spark_sessions']) {
            await client.run({
              text: `SELECT 1 FROM ${table} WHERE stored_at > now() - interval '20 s' ORDER BY session_id DESC FOR UPDATE`,
            });
            await client.rows({ text: 'SELECT pg_sleep(0.15)::text AS slept' }, z.object({ slept: z.string() }));
          }
          await client.run({ text: 'COMMIT' });
        });
      }
    },
    { signal: stop.signal, isRetryable: () => true, baseMs: 10, capMs: 50 },
  ).catch(() => undefined);
  return async () => {
    stop.abort(new Error('the rival stops'));
    await running;
  };
}

/** What PostgreSQL itself does to writers, and where the replica stands. */
export const databaseFaults = {
  'read-only primary': setting('default_transaction_read_only', 'on', 'every new transaction (25006)'),
  'serialisation failures': (random) => {
    const isolation = setting(
      'default_transaction_isolation',
      'serializable',
      'both consumers serialisable (40001)',
    )(random);
    let stopRival: (() => Promise<void>) | undefined;
    return {
      ...isolation,
      begin: async (world) => {
        await isolation.begin(world);
        stopRival ??= startRival(world);
      },
      end: async (world) => {
        await stopRival?.();
        stopRival = undefined;
        await isolation.end(world);
      },
    };
  },
  deadlocks: () => {
    let stopRival: (() => Promise<void>) | undefined;
    return {
      holds: ['settings'],
      words: 'a rival locks in the other order (40P01)',
      begin: (world) => {
        stopRival ??= startRival(world);
        return Promise.resolve();
      },
      end: async () => {
        await stopRival?.();
        stopRival = undefined;
      },
    };
  },
  /**
   * A full disk can be had only with rights that a test has nowhere for sure. This answers every insert as PostgreSQL
   * does when a table cannot grow (53100), from a trigger; `databaseDisk.fault.test.ts` fills a real one.
   */
  'full postgres': (random) => {
    const table = random.pick(['spark_events', 'spark_function_calls']);
    const name = 'chaos_disk_full';
    return {
      holds: ['settings'],
      words: `inserts into ${table} fail with 53100`,
      begin: async ({ sql }) => {
        await sql(
          `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION
           'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$`,
        );
        await sql(`CREATE OR REPLACE TRIGGER ${name} BEFORE INSERT ON ${table} EXECUTE FUNCTION ${name}()`);
      },
      end: async ({ sql }) => {
        await sql(`DROP FUNCTION IF EXISTS ${name}() CASCADE`);
      },
    };
  },
  'replica lags': () => ({
    holds: ['replica'],
    words: 'replay is paused',
    begin: async ({ sql }) =>
      void (await sql('SELECT pg_wal_replay_pause()::text', { server: 'replica', as: 'superuser' })),
    end: async ({ sql }) =>
      void (await sql('SELECT pg_wal_replay_resume()::text', { server: 'replica', as: 'superuser' })),
  }),
  'replica promoted': () => ({
    holds: ['replica', 'primary', 'settings'],
    words: 'then made again from the primary',
    begin: async ({ sql }) => {
      const [row] = await sql('SELECT pg_is_in_recovery() AS follows', { server: 'replica', as: 'superuser' });
      if (row?.['follows'] === true)
        await sql('SELECT pg_promote(true, 20)::text', { server: 'replica', as: 'superuser' });
    },
    end: ({ stack }) => stack.rebuildReplica(),
  }),
} as const satisfies Record<string, FaultKind>;
