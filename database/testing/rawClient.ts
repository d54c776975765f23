import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { clientConfig, type DatabaseConfig } from '../pool.ts';
import type { ServerRole } from '../sqlError.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';

/** The driver without anything of ours around it: what the benchmarks compare with. Errors are the driver's own. */
export interface RawClient {
  /** One prepared statement; returns its rows. */
  readonly query: (statement: {
    readonly name?: string;
    readonly text: string;
    readonly values?: readonly unknown[];
  }) => Promise<Record<string, unknown>[]>;
  /** All rows of a table or query in COPY's text format. */
  readonly copyOut: (source: string) => Promise<Buffer[]>;
  /** One `COPY … FROM STDIN` of such rows. */
  readonly copyIn: (table: string, rows: readonly Buffer[]) => Promise<void>;
  readonly end: () => Promise<void>;
}

export async function openRawClient(config: DatabaseConfig, server: ServerRole = 'primary'): Promise<RawClient> {
  const logger = makeLogger({ name: 'raw', level: 'silent' });
  const client = new Client(
    clientConfig({ config, logger, server, applicationName: 'spark-bench-raw', statementTimeoutMs: 600_000 }),
  );
  client.on('error', () => undefined);
  await client.connect();
  return {
    query: async ({ values, ...statement }) =>
      (await client.query({ ...statement, values: [...(values ?? [])] })).rows as Record<string, unknown>[],
    async copyOut(source) {
      const chunks: Buffer[] = [];
      for await (const chunk of client.query(copyTo(`COPY ${source} TO STDOUT`))) chunks.push(chunk as Buffer);
      return chunks;
    },
    copyIn: (table, rows) => pipeline(Readable.from(rows), client.query(copyFrom(`COPY ${table} FROM STDIN`))),
    end: () => client.end(),
  };
}
