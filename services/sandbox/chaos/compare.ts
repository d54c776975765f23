import { isDeepStrictEqual } from 'node:util';
import { foldEvents, typedTables, type Accepted, type Fields, type TypedTable } from './expected.ts';
import {
  differenceOf,
  isPoison,
  readAccepted,
  readDeadLetters,
  readEventRows,
  readTypedRows,
  withRecorded,
  type DeadLetter,
} from './stores.ts';
import type { World } from './world.ts';

/** What the stores of one round say; all lists are empty when all is well. */
export interface Comparison {
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  readonly wrong: readonly string[];
  readonly lastId: number;
  readonly lastDeadSeq: number;
}

export interface ComparedSoFar {
  readonly lastId: number;
  readonly lastDeadSeq: number;
  /** Events were published again after the stream had lost them: the same event may have been recorded twice. */
  readonly refilled: boolean;
  readonly buried: Map<string, DeadLetter>;
}

/** Compares everything that belongs to the sessions of which something was accepted since the last comparison. */
export async function compareStores(world: World, before: ComparedSoFar): Promise<Comparison> {
  const accepted = readAccepted(world, before.lastId);
  const sessions = [...new Set(accepted.map(({ sessionId }) => sessionId))];
  const letters = await readDeadLetters(world, before.lastDeadSeq);
  const rows = await readEventRows(world, sessions);
  const lost: string[] = [];
  const duplicated: string[] = [];
  const wrong: string[] = [];

  for (const letter of letters) {
    if (before.buried.has(letter.eventId) && !before.refilled)
      duplicated.push(`dead letter of ${letter.eventId} twice`);
    before.buried.set(letter.eventId, letter);
  }
  const byId = Map.groupBy(rows, ({ eventId }) => eventId);
  for (const one of accepted) {
    const [row, second] = byId.get(one.eventId) ?? [];
    const letter = before.buried.get(one.eventId);
    byId.delete(one.eventId);
    const name = `${String(one.event['type'])} ${one.eventId}, seq ${one.seq} of session ${one.sessionId}`;
    if (second !== undefined) duplicated.push(`${name}: more than one row`);
    if (row === undefined && letter === undefined) lost.push(`${name}: neither a row nor a dead letter`);
    if (row !== undefined && letter !== undefined) duplicated.push(`${name}: a row and a dead letter`);
    if (letter !== undefined && !isPoison(one)) wrong.push(`${name}: a good event is a dead letter, ${letter.reason}`);
    if (row !== undefined && isPoison(one)) wrong.push(`${name}: a row although its table cannot hold it`);
    const difference = row === undefined ? null : differenceOf(one, row);
    if (difference !== null) wrong.push(difference);
  }
  for (const eventId of byId.keys()) duplicated.push(`a row for ${eventId}, which nobody accepted`);

  wrong.push(...(await compareTyped(world, withRecorded(accepted, rows), before.refilled)));
  wrong.push(...(await compareReplica(world, sessions)));
  return {
    lost,
    duplicated,
    wrong,
    lastId: accepted.reduce((last, { id }) => Math.max(last, id), before.lastId),
    lastDeadSeq: letters.at(-1)?.seq ?? before.lastDeadSeq,
  };
}

/** What tells the rows of one session apart. */
const keyColumn: Readonly<Record<TypedTable, string | null>> = {
  spark_sessions: null,
  spark_function_calls: 'call_id',
  spark_telemetry: 'event_id',
  spark_usage: 'response_id',
  spark_previews: 'frame_id',
  spark_generated_scripts: 'change_id',
  spark_build_jobs: 'build_id',
};

function keyOf(table: TypedTable, row: Fields): string {
  const column = keyColumn[table];
  return column === null ? String(row['session_id']) : `${String(row['session_id'])} ${String(row[column])}`;
}

/** What differs in the typed rows of the sessions of these events, which must be all of their events. */
export async function compareTyped(world: World, events: readonly Accepted[], refilled: boolean): Promise<string[]> {
  const wrong: string[] = [];
  const expected = foldEvents(events);
  const sessions = [...new Set(events.map(({ sessionId }) => sessionId))];
  for (const table of typedTables) {
    const missing = new Map(expected[table]);
    for (const found of await readTypedRows(world, table, sessions)) {
      const key = keyOf(table, found);
      const wanted = missing.get(key);
      missing.delete(key);
      if (wanted === undefined) {
        wrong.push(`${table} ${key}: a row that no event explains`);
        continue;
      }
      const columns = new Set([...Object.keys(found), ...Object.keys(wanted)]);
      columns.delete('stored_at');
      const different = [...columns].filter((column) => !isSame(column, found[column], wanted[column], refilled));
      for (const column of different) {
        wrong.push(
          `${table} ${key}: ${column} is ${JSON.stringify(found[column])}, its events say ${JSON.stringify(wanted[column])}`,
        );
      }
    }
    for (const key of missing.keys()) wrong.push(`${table} ${key}: no row`);
  }
  return wrong;
}

function isSame(column: string, found: unknown, wanted: unknown, refilled: boolean): boolean {
  if (!column.endsWith('_at')) return isDeepStrictEqual(found ?? null, wanted ?? null);
  if (found === null || typeof wanted !== 'number') return (found ?? null) === (wanted ?? null);
  const ms = typeof found === 'string' ? Date.parse(found) : Number.NaN;
  return column === 'recorded_at' && refilled ? ms >= wanted : ms === wanted;
}

/** The replica has replayed all that the primary wrote when this is asked: the caller waited for it. */
async function compareReplica(world: World, sessions: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  const list = sessions.map((id) => `'${id}'`).join(',') || 'NULL';
  for (const table of ['spark_events', ...typedTables]) {
    const text = `SELECT count(*)::int AS n, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS sum FROM ${table} t WHERE session_id IN (${list})`;
    const [primary, replica] = await Promise.all([world.sql(text), world.sql(text, { server: 'replica' })]);
    if (!isDeepStrictEqual(primary, replica))
      wrong.push(`${table}: the replica has ${JSON.stringify(replica)}, the primary ${JSON.stringify(primary)}`);
  }
  return wrong;
}
