import { z } from 'zod';
import { DependencyError } from '../shared/errors/index.ts';
import { toBinaryArray } from './binaryArray.ts';
import { BinaryWriter, roomFor } from './binaryWriter.ts';
import { markDays } from './changedDays.ts';
import type { CopyClient, SqlClient } from './pool.ts';
import type { SqlType, SqlValue } from './tables.ts';

/** A row of `spark_events`. Times are milliseconds since 1970. */
export interface EventRow {
  readonly eventId: string;
  readonly occurredMs: number;
  readonly recordedMs: number;
  readonly sessionId: string;
  readonly seq: number;
  readonly type: string;
  readonly callId: string | null;
  readonly userId: string | null;
  /** The event's own bytes: JSON is never made again, and not even copied as text. */
  readonly payload: Uint8Array;
}

const columns: readonly { readonly name: string; readonly type: SqlType; readonly of: (row: EventRow) => SqlValue }[] =
  [
    { name: 'occurred_at', type: 'timestamptz', of: (row) => row.occurredMs },
    { name: 'event_id', type: 'uuid', of: (row) => row.eventId },
    { name: 'session_id', type: 'uuid', of: (row) => row.sessionId },
    { name: 'seq', type: 'bigint', of: (row) => row.seq },
    { name: 'type', type: 'text', of: (row) => row.type },
    { name: 'call_id', type: 'text', of: (row) => row.callId },
    { name: 'user_id', type: 'text', of: (row) => row.userId },
    { name: 'recorded_at', type: 'timestamptz', of: (row) => row.recordedMs },
    { name: 'payload', type: 'jsonb', of: (row) => row.payload },
  ];
const names = columns.map(({ name }) => name).join(', ');
const copySql = `COPY spark_events (${names}) FROM STDIN (FORMAT binary)`;
const insertSql = `
  INSERT INTO spark_events (${names})
  SELECT * FROM unnest(${columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')})
  ON CONFLICT DO NOTHING`;

/** The UTC days, `YYYY-MM-DD`, of these events. */
export const daysOf = (rows: readonly EventRow[]): string[] =>
  namesOf(new Set(rows.map(({ occurredMs }) => dayOf(occurredMs))));

const dayOf = (ms: number): number => Math.floor(ms / dayMs);
const namesOf = (days: ReadonlySet<number>): string[] =>
  [...days].map((day) => new Date(day * dayMs).toISOString().slice(0, 10));

/** Makes the monthly partitions that these days (`YYYY-MM-DD`) or times need. Cheap when they exist. */
export async function ensureMonths(client: SqlClient, times: readonly string[]): Promise<void> {
  // A month at a time: one stray date must not make every month between.
  for (const month of new Set(times.map((time) => `${new Date(time).toISOString().slice(0, 7)}-01`))) {
    await client.rows(
      { name: 'ensure-month', text: 'SELECT spark_ensure_partitions($1::date, $1::date) AS made', values: [month] },
      z.object({ made: z.number() }),
    );
  }
}

/**
 * Inserts events whose months exist and of which none is there, by binary COPY, in the order in which they were added:
 * as the stream has them, which is nearly the order of their keys. An event that is there, or twice in `rows`, is an error that `isConflict` knows, and the transaction is lost: again then with `insertEvents`. Days are
 * marked for the rollups in the same transaction.
 */
export async function copyEvents(client: CopyClient, rows: EncodedRows): Promise<void> {
  await client.copyIn(copySql, rows.bytes());
  await client.run(markDays(rows.days()));
}

/** 23505: such a row is there. 40P01: two writers of the same rows waited for each other. */
const conflictStates: ReadonlySet<unknown> = new Set(['23505', '40P01']);

/** Some of the events of `copyEvents` are there already, or are being written by somebody else. */
export const isConflict = (error: unknown): boolean =>
  error instanceof DependencyError && conflictStates.has(error.data['sqlState']);

/** The same for events that may be there already, which stay as they are. Returns how many were new. */
export async function insertEvents(client: SqlClient, rows: readonly EventRow[]): Promise<number> {
  const sorted = inKeyOrder(rows);
  const values = columns.map(({ type, of }) => toBinaryArray(type, sorted.map(of)));
  const inserted = await client.run({ name: 'insert-events', text: insertSql, values });
  await client.run(markDays(daysOf(rows)));
  return inserted;
}

/** Signature, flags, length of the header's extension: the format's own section of the documentation of COPY. */
const copyHeader = Buffer.from('PGCOPY\n\u00ff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const fixedRowBytes = 2 + 4 * 20 + 20;

/**
 * Rows in COPY's binary form, each written when it is added: nothing of it is kept but its bytes, so that the garbage
 * collector has nothing to copy until the commit.
 */
export class EncodedRows {
  private readonly writer = new BinaryWriter(firstBytes);
  private readonly known = new Set<number>();

  constructor() {
    this.writer.bytes(copyHeader);
  }

  /** Throws a DependencyError `db_rejected` for what no column can hold; the rows are then as they were. */
  add(row: EventRow): void {
    const { writer } = this;
    const before = writer.size();
    writer.reserve(
      fixedRowBytes +
        roomFor('text', row.type) +
        roomFor('text', row.callId) +
        roomFor('text', row.userId) +
        roomFor('jsonb', row.payload),
    );
    try {
      writer.int16(columns.length);
      for (const { type, of } of columns) writer.value(type, of(row));
    } catch (error) {
      writer.undoTo(before);
      throw error;
    }
    this.known.add(dayOf(row.occurredMs));
  }

  /** The UTC days, `YYYY-MM-DD`, of the rows. */
  days(): string[] {
    return namesOf(this.known);
  }

  /** All rows with what stands before and behind them; further ones may still be added. */
  bytes(): Buffer {
    const { writer } = this;
    const end = writer.size();
    writer.reserve(endBytes);
    writer.int16(-1);
    const bytes = writer.done();
    writer.undoTo(end);
    return bytes;
  }
}

/** Most batches are larger. */
const firstBytes = 64 * 1024;
const endBytes = 2;

/** Two writers of the same events wait for each other in one order, and the index is filled from one side. */
const inKeyOrder = (rows: readonly EventRow[]): EventRow[] =>
  rows.toSorted((a, b) => a.occurredMs - b.occurredMs || (a.eventId < b.eventId ? -1 : 1));

const dayMs = 24 * 60 * 60 * 1_000;
