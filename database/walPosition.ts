import { z } from 'zod';

/** A place in the write-ahead log. Positions of different timelines cannot be compared. */
export interface WalPosition {
  readonly timeline: number;
  readonly lsn: bigint;
}

/** `16/B374D848` as a number of bytes. */
export function parseLsn(text: string): bigint {
  const [high = '', low = ''] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** Where the primary's log ends. Asked behind a commit, it lies at or after the commit's record. */
export const walPositionSql = `
  SELECT pg_current_wal_lsn()::text AS lsn,
         ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint AS timeline`;

export const walPositionRow = z
  .object({ lsn: z.string(), timeline: z.coerce.number() })
  .transform(({ lsn, timeline }): WalPosition => ({ timeline, lsn: parseLsn(lsn) }));
