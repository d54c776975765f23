import { DependencyError } from '../shared/errors/index.ts';
import type { SqlClient } from './pool.ts';
import { sqlStateOf } from './sqlError.ts';

/**
 * Runs `work`, whose statements only read, with a time limit of their own in milliseconds. The connection is as it was
 * afterwards, also when a statement ran into the limit: that is `isTimeUp`.
 */
export async function withStatementLimit<T>(client: SqlClient, ms: number, work: () => Promise<T>): Promise<T> {
  await client.run({ text: 'BEGIN READ ONLY' });
  try {
    await client.run({ text: `SET LOCAL statement_timeout = ${Math.ceil(ms)}` });
    return await work();
  } finally {
    // A connection that is gone has nothing to take back.
    await client.run({ text: 'ROLLBACK' }).catch(() => undefined);
  }
}

/** A statement was ended by its time limit. */
export const isTimeUp = (error: unknown): boolean => error instanceof DependencyError && sqlStateOf(error) === '57014';
