import { z } from 'zod';
import { InvariantError } from '../shared/errors/index.ts';
import type { SqlClient, SqlPool } from './pool.ts';

/** `elsewhere`: another session holds the lock, and nothing was done here. */
export type Exclusive<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'elsewhere' };

/**
 * Runs `work` while this session alone holds the advisory lock `name` of the database; without waiting for it. Each
 * statement is a transaction of its own, so what was done stays when a later one fails. When `signal` aborts, the
 * statement that runs is cancelled on the server. The lock goes with its session, whatever happens to this program.
 */
export function runExclusively<T>(
  pool: Pick<SqlPool, 'use'>,
  options: {
    readonly name: string;
    readonly signal: AbortSignal;
    readonly work: (client: SqlClient) => Promise<T>;
  },
): Promise<Exclusive<T>> {
  const { name, signal, work } = options;
  return pool.use(async (client) => {
    const [lock] = await client.rows({ text: lockSql, values: [name] }, lockRow);
    if (lock?.taken !== true) return { kind: 'elsewhere' };
    let cancelled: Promise<unknown> = Promise.resolve();
    const cancel = (): void => {
      cancelled = pool
        .use((other) => other.run({ text: 'SELECT pg_cancel_backend($1)', values: [lock.pid] }))
        // Without a connection for it the statement ends by its own time limit.
        .catch(() => undefined);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      signal.throwIfAborted();
      return { kind: 'done', value: await work(client) };
    } finally {
      signal.removeEventListener('abort', cancel);
      await cancelled;
      // Rejecting ends the connection, and with it the lock: it must not go back to the pool with it.
      await unlock(client, name);
    }
  });
}

async function unlock(client: SqlClient, name: string): Promise<void> {
  const [row] = await client.rows({ text: unlockSql, values: [name] }, z.object({ held: z.boolean() }));
  if (row?.held !== true) throw new InvariantError(`The advisory lock "${name}" was not held at its release.`);
}

const lockSql = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken, pg_backend_pid() AS pid';
const unlockSql = 'SELECT pg_advisory_unlock(hashtextextended($1, 0)) AS held';
const lockRow = z.object({ taken: z.boolean(), pid: z.number() });
