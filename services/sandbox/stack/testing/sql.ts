import { z } from 'zod';
import { databaseVariables } from '../../../../database/index.ts';
import { makePool } from '../../../../database/pool.ts';
import { loadConfig } from '../../../../shared/node/config/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import type { Account } from '../roles.ts';

/** Runs one statement on the primary or the replica with its own connection and returns the rows. */
export async function runSql(
  stack: { readonly env: Readonly<Record<string, string>>; readonly owner: Account },
  server: 'primary' | 'replica',
  text: string,
): Promise<Record<string, unknown>[]> {
  const pool = makePool({
    config: loadConfig(
      { ...stack.env, SLATE_DB_USER: stack.owner.user, SLATE_DB_PASSWORD: stack.owner.password },
      databaseVariables,
    ),
    logger: makeLogger({ name: 'test', level: 'silent' }),
    server,
    applicationName: 'stack-test',
    maxConnections: 1,
  });
  try {
    return await pool.use((client) => client.rows({ text }, z.record(z.string(), z.unknown())));
  } finally {
    await pool.end();
  }
}
