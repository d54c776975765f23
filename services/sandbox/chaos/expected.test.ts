import { expect, test } from 'vitest';
import { projectEvents } from '../../../database/projections.ts';
import { eventSchemas, isEventType } from '../../../shared/contracts/index.ts';
import { makeActivity } from './activity.ts';
import { foldEvents, typedTables, type Accepted } from './expected.ts';
import { makeRandom } from '../random.ts';

/** Events of several sessions as the publisher program makes them, with clocks that jump. */
function happenings(count: number): Accepted[] {
  const random = makeRandom(11);
  const activity = makeActivity(random);
  const seqs = new Map<string, number>();
  return Array.from({ length: count }, (_, n) => {
    const { sessionId, body } = activity.next();
    const seq = (seqs.get(sessionId) ?? 0) + 1;
    seqs.set(sessionId, seq);
    const timestamp = new Date(1_790_000_000_000 + random.int(-3_600_000, 3_600_000)).toISOString();
    const eventId = `01a20000-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const source = { app: 'test', version: '0', host: 'test' };
    const event = { ...body, eventId, sessionId, seq, timestamp, schemaVersion: 1, source };
    return { sessionId, seq, eventId, event, recordedMs: 1_790_000_000_000 + n };
  });
}

test('what the activity makes is right for the schema of its type', () => {
  for (const { event } of happenings(2_000)) {
    const type = String(event.type);
    expect(isEventType(type) && eventSchemas[type].safeParse(event).success).toBe(true);
  }
});

test('the second telling of the typed rows and the one that the programs use agree, whatever the order of arrival', () => {
  const events = happenings(3_000);
  const folded = foldEvents(events);
  const arrived = makeRandom(5)
    .shuffled(events)
    .map(({ event, recordedMs }) => {
      const type = String(event['type']);
      if (!isEventType(type)) throw new TypeError(type);
      return { event: eventSchemas[type].parse(event), recordedAt: new Date(recordedMs ?? 0).toISOString() };
    });
  const projected = projectEvents(arrived);
  for (const table of typedTables) {
    if (table === 'spark_sessions') continue;
    expect(projected[table].length, table).toBe(folded[table].size);
    expect(folded[table].size, table).toBeGreaterThan(10);
  }
  const call = projected.spark_function_calls.find(({ state }) => state === 'succeeded');
  const wanted = folded.spark_function_calls.get(`${String(call?.session_id)} ${String(call?.call_id)}`);
  expect(wanted).toMatchObject({ seq: call?.seq, state: 'succeeded', arguments: call?.arguments });
});

test('an event without a row changes nothing', () => {
  const [first, ...rest] = happenings(50);
  if (first === undefined) throw new Error('no event');
  const only = rest.filter(({ sessionId }) => sessionId === first.sessionId);
  expect(foldEvents([...only, { ...first, seq: 999, recordedMs: undefined }])).toEqual(foldEvents(only));
});
