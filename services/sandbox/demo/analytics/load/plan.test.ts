import { expect, test } from 'vitest';
import { decodeMessage } from '../../../../consumer/decode.ts';
import { planLoad } from './plan.ts';

const minuteMs = 60_000;
const nowMs = Date.parse('2026-11-23T00:00:07Z');
const plan = planLoad({ nowMs, minutes: 12, events: 600, seed: 1 });
const all = [...plan.onTime, ...plan.late, ...plan.closing];

test('the load is of yesterday, over more than ten minutes around a full hour, and late ones fall into the same minutes', () => {
  expect(plan).toMatchObject({
    day: '2026-11-22',
    since: new Date('2026-11-22T11:00:00Z'),
    until: new Date('2026-11-22T13:00:00Z'),
  });
  const minutes = (events: typeof plan.onTime) =>
    new Set(events.map(({ recordedMs = 0 }) => Math.floor(recordedMs / minuteMs)));
  expect(minutes(plan.onTime).size).toBeGreaterThan(10);
  expect([...minutes(plan.late)].filter((minute) => !minutes(plan.onTime).has(minute))).toEqual([]);
});

test('every event is one that the consumer takes, and clocks are wrong without leaving the day', () => {
  for (const { event, subject, recordedMs = nowMs } of all) {
    const message = { subject, data: Buffer.from(JSON.stringify(event)), timeMs: recordedMs };
    const decoded = decodeMessage(message, { retentionDays: 30 });
    expect(decoded).toMatchObject({ kind: 'event', row: { recordedMs } });
  }
  const days = [...plan.onTime, ...plan.late].map(({ event }) => String(event['timestamp']).slice(0, 10));
  expect(new Set(days)).toEqual(new Set([plan.day]));
  expect(plan.closing.map(({ event }) => event['timestamp'])).toEqual(Array(2).fill(new Date(nowMs).toISOString()));
  const wrongClocks = plan.onTime.filter(
    ({ event, recordedMs }) => Date.parse(String(event['timestamp'])) !== recordedMs,
  );
  expect(wrongClocks.length).toBeGreaterThan(0);
});

test('some come out of order, some twice, and the last two close what is over without being in it', () => {
  const recorded = plan.onTime.map(({ recordedMs = 0 }) => recordedMs);
  expect(recorded.some((ms, index) => ms < (recorded[index - 1] ?? 0))).toBe(true);
  expect(new Set(plan.onTime.map(({ sent }) => sent))).toEqual(new Set(['once', 'twice', 'as two']));
  const closing = plan.closing.map(({ recordedMs }) => recordedMs);
  expect(closing).toEqual([undefined, nowMs + 2 * 24 * 60 * minuteMs]);
});

test('the same seed is the same load but for its ids; another one is another', () => {
  const kinds = (seed: number) =>
    planLoad({ nowMs, minutes: 12, events: 100, seed }).onTime.map(({ event }) => event.type);
  expect(kinds(1)).toEqual(kinds(1));
  expect(kinds(1)).not.toEqual(kinds(2));
});
