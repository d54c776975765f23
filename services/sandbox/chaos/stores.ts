import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { deadLetterStreamName } from '../../../shared/contracts/index.ts';
import { getMessage, readStream } from '../../../shared/node/messaging/index.ts';
import { queryJournal } from '../../bridge/testing/testJournal.ts';
import { refusedWidth } from './activity.ts';
import type { Accepted, Fields, TypedTable } from './expected.ts';
import type { World } from './world.ts';

/** An event of the journal: accepted, whatever became of it since. */
export interface JournalEvent {
  readonly id: number;
  readonly eventId: string;
  readonly sessionId: string;
  readonly seq: number;
  readonly event: Fields;
}

const outboxRow = z
  .object({
    id: z.number(),
    event_id: z.string(),
    session_id: z.string(),
    seq: z.number(),
    bytes: z.instanceof(Uint8Array),
  })
  .transform((row): JournalEvent => ({
    id: row.id,
    eventId: row.event_id,
    sessionId: row.session_id,
    seq: row.seq,
    event: z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(row.bytes).toString('utf8'))),
  }));

/** Every event of the sessions that accepted something after `afterId`. */
export function readAccepted(world: World, afterId: number): JournalEvent[] {
  return queryJournal(
    world.dataDir,
    `SELECT id, event_id, session_id, seq, bytes FROM outbox
     WHERE session_id IN (SELECT session_id FROM outbox WHERE id > ${afterId})`,
  ).map((row) => outboxRow.parse(row));
}

/** How many were accepted in all, and how many of them PostgreSQL must refuse. */
export function countAccepted(world: World): { readonly accepted: number; readonly poison: number } {
  const [row] = queryJournal(
    world.dataDir,
    `SELECT count(*) AS accepted, coalesce(sum(instr(bytes, cast('"width":${refusedWidth},' AS blob)) > 0), 0) AS poison FROM outbox`,
  );
  return z.object({ accepted: z.number(), poison: z.number() }).parse(row);
}

export const isPoison = ({ event }: Pick<JournalEvent, 'event'>): boolean => event['width'] === refusedWidth;

export interface EventRow {
  readonly eventId: string;
  readonly recordedMs: number;
  readonly row: Fields;
}

/** Rows of `spark_events` of these sessions; the same id twice is two rows. */
export async function readEventRows(world: World, sessions: readonly string[]): Promise<EventRow[]> {
  const rows = await world.sql(`SELECT to_jsonb(e) AS row FROM spark_events e WHERE session_id IN ${listOf(sessions)}`);
  return rows.map(({ row }) => {
    const fields = rowFields.parse(row);
    return { eventId: String(fields['event_id']), recordedMs: Date.parse(String(fields['recorded_at'])), row: fields };
  });
}

const rowFields = z.record(z.string(), z.unknown());
const listOf = (ids: readonly string[]): string =>
  `(${ids.map((id) => `'${z.uuid().parse(id)}'`).join(',') || 'NULL'})`;

export async function readTypedRows(world: World, table: TypedTable, sessions: readonly string[]): Promise<Fields[]> {
  const rows = await world.sql(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE session_id IN ${listOf(sessions)}`);
  return rows.map(({ row }) => rowFields.parse(row));
}

/** What is wrong with the row of one event, or null. */
export function differenceOf(accepted: JournalEvent, { row }: EventRow): string | null {
  const { event } = accepted;
  const expected: Fields = {
    session_id: accepted.sessionId,
    seq: accepted.seq,
    type: event['type'],
    call_id: event['callId'] ?? null,
    user_id: event['userId'] ?? null,
    payload: event,
  };
  const wrong = Object.keys(expected).filter((name) => !isDeepStrictEqual(row[name], expected[name]));
  if (Date.parse(String(row['occurred_at'])) !== Date.parse(String(event['timestamp']))) wrong.push('occurred_at');
  return wrong.length === 0 ? null : `event ${accepted.eventId} differs in ${wrong.join(', ')}`;
}

export interface DeadLetter {
  readonly seq: number;
  readonly eventId: string;
  readonly reason: string;
}

const uuidLength = 36;

/** The dead letters after sequence `after`. */
export async function readDeadLetters({ link }: World, after: number): Promise<DeadLetter[]> {
  const { firstSeq, lastSeq } = await readStream(link, deadLetterStreamName);
  const letters: DeadLetter[] = [];
  for (let seq = Math.max(after + 1, firstSeq); seq <= lastSeq; seq += 1) {
    const message = await getMessage(link, deadLetterStreamName, seq);
    if (message === undefined) continue;
    const { 'Spark-Original-Id': id = '', 'Spark-Reason': reason = '' } = message.headers;
    // What was sent again has a number behind its event's id.
    letters.push({ seq, eventId: id.slice(0, uuidLength), reason });
  }
  return letters;
}

/** Adds to each accepted event when its row was recorded. */
export const withRecorded = (events: readonly JournalEvent[], rows: readonly EventRow[]): Accepted[] => {
  const recorded = new Map(rows.map(({ eventId, recordedMs }) => [eventId, recordedMs]));
  return events.map((event) => ({ ...event, recordedMs: recorded.get(event.eventId) }));
};
