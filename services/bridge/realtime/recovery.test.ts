import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from '../../sandbox/realtime/index.ts';
import type { RealtimeEngineOptions } from './engine.ts';
import { makeRecordingHost, makeTestEngine, type RecordingHost, isIdle, said, sessionId } from './testing.ts';
import type { RealtimeEngine } from './types.ts';

let simulator: RealtimeSimulator;
let host: RecordingHost;
let engine: RealtimeEngine;
let sent = 0;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0, key: 'sk-test' });
  host = makeRecordingHost();
});
afterEach(async () => {
  await engine.close();
  await simulator.close();
});

const start = (options: Partial<RealtimeEngineOptions> = {}): void => {
  engine = makeTestEngine({ url: simulator.url, host, ...options });
};
async function type(text: string): Promise<void> {
  sent += 1;
  const messageId = `00000000-0000-7000-8000-${String(sent).padStart(12, '0')}`;
  host.journal.push({ kind: 'message', role: 'user', text, messageId, position: host.journal.length });
  await engine.send({ sessionId, messageId, text });
}
const kinds = (): string[] => host.turnStates.map(({ kind }) => kind);
const limited = (message: string) => fault({ kind: 'fail', code: 'rate_limit_exceeded', message });
const itemsSent = () =>
  simulator.log.flatMap(({ parsed, connection }) =>
    parsed.kind === 'event' && parsed.event.type === 'conversation.item.create'
      ? [{ ...parsed.event, connection }]
      : [],
  );

test('a rate limit is waited out as the service says, told with its end, and the answer comes by itself', async () => {
  let wall = 1_000_000;
  start({ clock: { now: () => performance.now(), wallNow: () => wall } });
  wall = 2_000_000;
  simulator.play([limited('Rate limit reached. Please try again in 20ms.')], [say('At last.')]);
  await type('hi');
  await host.until(said('At last.'));
  expect(kinds()).toEqual(['answering', 'waiting', 'answering', 'idle']);
  const waiting = host.turnStates.find((state) => state.kind === 'waiting');
  expect(Date.parse(waiting?.retryAt ?? '')).toBeGreaterThanOrEqual(wall + 20);
});

test('the wait for a rate limit can be stopped', async () => {
  start();
  simulator.play([limited('Please try again in 5m0s.')]);
  await type('hi');
  await host.until(() => kinds().includes('waiting'));
  expect(await engine.cancel(sessionId)).toBe(true);
  expect(kinds().at(-1)).toBe('idle');
});

test('a rate limit that does not pass soon stops the turn instead of keeping it for hours', async () => {
  start();
  simulator.play([limited('Please try again in 7h12m0s.')]);
  await type('hi');
  await host.until(isIdle);
  expect(host.turnStates.at(-1)).toMatchObject({ kind: 'stopped', code: 'rate_limited', may: ['retry'] });
});

test('an answer that a rate limit cuts goes on after what was said', async () => {
  start();
  simulator.play([say('Half of it'), limited('Try again in 1ms.')], [say('and the rest.')]);
  await type('hi');
  await host.until(said('and the rest.'));
  expect(JSON.stringify(itemsSent().at(-1))).toContain('Half of it');
});

test('a fault of the service is asked over twice, then told', async () => {
  start();
  const broken = [fault({ kind: 'fail', code: 'server_error', message: 'Oops.' })];
  simulator.play(broken, broken, [say('Fine.')], broken, broken, broken);
  await type('one');
  await host.until(said('Fine.'));
  await type('two');
  await host.until(isIdle);
  expect(host.turnStates.at(-1)).toMatchObject({ kind: 'stopped', message: expect.stringContaining('Oops.') });
});

test.each([
  ['closes the session as expired', { kind: 'close', code: 1001, reason: 'session expired' } as const],
  ['goes away with an error code', { kind: 'close', code: 1011 } as const],
])('a service that %s is followed to a new session, and the answer asked for again', async (_, close) => {
  start();
  simulator.play([fault(close)], [say('Here again.')]);
  await type('hi');
  await host.until(said('Here again.'));
  expect(kinds()).toContain('reconnecting');
});

test('a session that the service declares expired is replaced', async () => {
  start();
  const expired = fault({ kind: 'error', code: 'session_expired', message: 'Your session hit the maximum duration.' });
  simulator.play([say('One'), expired, fault({ kind: 'stall' })], [say('two.')]);
  await type('count');
  await host.until(said('two.'));
  expect(simulator.connections()).toBe(1);
});

test('a session is replaced before the service ends it, between two answers', async () => {
  await simulator.close();
  simulator = await startRealtimeSimulator({ deltaMs: 0, key: 'sk-test', sessionLengthMs: 3_600_000 });
  let wall = Date.now();
  start({ clock: { now: () => 0, wallNow: () => wall } });
  simulator.play([say('One.')], [say('Two.')], [say('Three.')]);
  await type('one');
  await host.until(said('One.'));
  wall += 50 * 60_000;
  await type('two');
  await host.until(said('Two.'));
  // The monotonic clock stood still, as it does while a machine sleeps; the service's did not.
  wall += 6 * 60_000;
  await type('three');
  await host.until(said('Three.'));
  const over = (text: string) => itemsSent().find((event) => JSON.stringify(event.item).includes(text))?.connection;
  expect(over('two')).not.toBe(over('three'));
});

test('a session that is replaced in the middle of a turn is not told as lost', async () => {
  let wall = Date.now();
  start({ clock: { now: () => 0, wallNow: () => wall } });
  host.answer = async () => {
    wall += 56 * 60_000;
    return '{}';
  };
  simulator.play([call('echo', {})], [say('Done.')]);
  await type('echo');
  await host.until(said('Done.'));
  expect(new Set(itemsSent().map(({ connection }) => connection)).size).toBe(2);
  expect(kinds()).not.toContain('reconnecting');
  expect(host.statuses.map(({ kind }) => kind)).not.toContain('reconnecting');
});

const long = (text: string, position: number) => ({
  kind: 'message' as const,
  role: 'user' as const,
  text: `${text} `.repeat(100),
  position,
});
const asksForSummary = (instructions: string): boolean => instructions.includes('memory of a long conversation');

test('a history beyond the budget is summarised by the model once, kept, and told first from then on', async () => {
  start({ historyBudget: { tokens: 300, images: 1 } });
  host.journal.push(...['alpha', 'beta', 'gamma'].map(long));
  simulator.usePlanner(({ instructions }) => [say(asksForSummary(instructions) ? 'They counted.' : 'Go on.')]);
  await type('and now?');
  await host.until(said('Go on.'));
  expect(host.kept).toMatchObject({ text: 'They counted.' });
  const first = itemsSent();
  expect(first.at(-1)).toMatchObject({ previous_item_id: 'root' });
  expect(JSON.stringify(first)).toMatch(/They counted/);
  expect(JSON.stringify(first)).not.toContain('alpha');
  // The summary is nobody's answer: it was not shown, but it was paid for.
  expect(host.events.filter((event) => event.kind === 'done')).toHaveLength(1);
  expect(host.usages).toHaveLength(2);

  simulator.inject({ kind: 'terminate' });
  await expect.poll(() => simulator.connections()).toBe(0);
  await type('and then?');
  await host.until((events) => events.filter((event) => event.kind === 'done').length === 2 && isIdle(events));
  const last = Math.max(...itemsSent().map(({ connection }) => connection));
  const replayed = itemsSent().filter(({ connection }) => connection === last);
  expect(JSON.stringify(replayed[0])).toContain('They counted');
  expect(host.usages).toHaveLength(3);
});

test('when no summary can be had, the model is told how much is left out and answers all the same', async () => {
  start({ historyBudget: { tokens: 300, images: 1 } });
  host.journal.push(...['alpha', 'beta', 'gamma'].map(long));
  simulator.usePlanner(({ instructions }) => [
    asksForSummary(instructions) ? fault({ kind: 'fail', code: 'server_error', message: 'no' }) : say('Go on.'),
  ]);
  await type('and now?');
  await host.until(said('Go on.'));
  expect(host.kept).toBeNull();
  expect(JSON.stringify(itemsSent().at(-1))).toMatch(/oldest entries of this conversation are left out/);
});

test('a summary that fails half way keeps what was made, and only the rest is told as left out', async () => {
  start({ historyBudget: { tokens: 300, images: 1 } });
  // Each entry is cut at 4,000 characters for the record, which takes 240,000: two parts.
  const many = Array.from({ length: 70 }, (_, position) => ({ ...long('alpha', position), text: 'a'.repeat(5_000) }));
  host.journal.push(...many);
  let parts = 0;
  simulator.usePlanner(({ instructions }) => {
    if (!asksForSummary(instructions)) return [say('Go on.')];
    parts += 1;
    return [parts === 1 ? say('They began.') : fault({ kind: 'fail', code: 'server_error', message: 'no' })];
  });
  await type('and now?');
  await host.until(said('Go on.'));
  expect(parts).toBe(2);
  expect(host.kept).toMatchObject({ text: 'They began.' });
  const rest = 70 - 1 - (host.kept?.upToPosition ?? 0);
  expect(rest).toBeLessThan(70);
  const [leftOut, summary] = itemsSent().slice(-2);
  expect(JSON.stringify(leftOut)).toContain(`The ${rest} oldest entries of this conversation are left out`);
  expect(summary).toMatchObject({ previous_item_id: 'root' });
  expect(JSON.stringify(summary)).toContain('They began.');
});

test('no summary is bought from a budget that is spent', async () => {
  start({ historyBudget: { tokens: 300, images: 1 } });
  host.journal.push(...['alpha', 'beta', 'gamma'].map(long));
  host.permission = { kind: 'stop', code: 'budget_reached', message: 'Spent.', may: ['extend'] };
  simulator.usePlanner(() => [say('Go on.')]);
  await type('and now?');
  await host.until(isIdle);
  expect(host.usages).toEqual([]);
  expect(host.kept).toBeNull();
});

test.each([
  ['insufficient_quota', 'Add credit'],
  ['model_not_found', 'SPARK_REALTIME_MODEL'],
  ['invalid_api_key', 'OPENAI_REALTIME_API_KEY'],
])('an answer refused with %s is told with what to do, and is not tried again', async (code, hint) => {
  start();
  await host.until((events) => events.some((event) => event.kind === 'status' && event.status.kind === 'ready'));
  simulator.play([fault({ kind: 'fail', code, message: 'No.' })]);
  await type('hi');
  await host.until(isIdle);
  expect(host.turnStates.at(-1)).toMatchObject({ kind: 'stopped', message: expect.stringContaining(hint) });
  expect(
    simulator.log.filter(({ parsed }) => parsed.kind === 'event' && parsed.event.type === 'response.create'),
  ).toHaveLength(1);
});

test('what is stopped while its connection is made again asks for nothing more', async () => {
  const gate = Promise.withResolvers<void>();
  let made = 0;
  const instructions = async (): Promise<string> => {
    made += 1;
    if (made === 2) await gate.promise;
    return 'Be brief.';
  };
  start({ host: { ...host, instructions } });
  host.answer = async () => {
    simulator.inject({ kind: 'terminate' });
    await expect.poll(() => simulator.connections()).toBe(0);
    return '{}';
  };
  simulator.play([call('echo', {})], [say('Unwanted.')]);
  await type('hi');
  await expect.poll(() => made).toBe(2);
  const stopped = engine.cancel(sessionId);
  gate.resolve();
  expect(await stopped).toBe(true);
  const asked = simulator.log.filter(
    ({ parsed }) => parsed.kind === 'event' && parsed.event.type === 'response.create',
  );
  expect(asked).toHaveLength(1);
  expect(host.events.filter((event) => event.kind === 'done')).toEqual([]);
});

test('what is stopped while it waits for a rate limit is not gone on with by the next message', async () => {
  start();
  simulator.play([say('Half of it'), limited('Please try again in 5m0s.')], [say('Something else.')]);
  await type('hi');
  await host.until(() => kinds().includes('waiting'));
  await engine.cancel(sessionId);
  await type('do something else');
  await host.until(said('Something else.'));
  expect(JSON.stringify(itemsSent())).not.toContain('Go on exactly there');
});

test('a message that interrupts the making of a summary is answered with the summary', async () => {
  start({ historyBudget: { tokens: 300, images: 1 } });
  host.journal.push(...['alpha', 'beta', 'gamma'].map(long));
  let summaries = 0;
  simulator.usePlanner(({ instructions }) => {
    if (!asksForSummary(instructions)) return [say('Go on.')];
    summaries += 1;
    return summaries === 1 ? [fault({ kind: 'stall' })] : [say('They counted.')];
  });
  const first = type('and now?');
  await expect.poll(() => summaries).toBe(1);
  await Promise.all([first, type('and then?')]);
  await host.until(said('Go on.'));
  expect(host.kept).toMatchObject({ text: 'They counted.' });
  expect(JSON.stringify(itemsSent())).not.toMatch(/are left out/);
});
