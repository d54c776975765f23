import { expect, test } from 'vitest';
import { DependencyError } from '../../shared/errors/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { StreamMessage } from '../../shared/node/messaging/index.ts';
import { makeDeadLetters } from './deadLetters.ts';

const full = new DependencyError('nats_rejected', 'JetStream refused: maximum bytes exceeded.', { retryable: true });
const tooLarge = new DependencyError('nats_rejected', 'JetStream refused: message size.', { retryable: false });
const cause = { reason: 'invalid_json', detail: 'no' };
const minute = 60_000;

function makeMessage(seq: number, deliveries = 1) {
  const answers: (number | 'ack')[] = [];
  const message: StreamMessage = {
    subject: 'spark.telemetry.x',
    data: new Uint8Array(),
    seq,
    timeMs: 0,
    deliveries,
    redelivered: deliveries > 1,
    header: () => undefined,
    headers: () => [],
    ack: () => void answers.push('ack'),
    nak: (delayMs = 0) => void answers.push(delayMs),
    term: () => undefined,
    working: () => undefined,
  };
  return { message, answers };
}

function makeStore() {
  const world = { nowMs: 0, error: undefined as Error | undefined, asked: 0, lines: [] as object[] };
  const keep = (facts: object): void => void world.lines.push(facts);
  const letters = makeDeadLetters({
    publisher: {
      publish: () => {
        world.asked += 1;
        if (world.error !== undefined) return Promise.reject(world.error);
        return Promise.resolve({ stream: 'SPARK_DLQ', streamSeq: 1, duplicate: false });
      },
    },
    logger: { error: keep, info: keep, warn: () => undefined } as Partial<Logger> as Logger,
    now: () => new Date(world.nowMs),
  });
  return { world, letters };
}

test('a message whose dead letter is refused is given back, later each time it comes, up to minutes', async () => {
  const { world, letters } = makeStore();
  world.error = full;
  const delays: number[] = [];
  for (const deliveries of [1, 2, 4, 9, 500]) {
    const { message, answers } = makeMessage(1, deliveries);
    expect(await letters.bury(message, cause)).toBe(false);
    delays.push(Number(answers[0]));
  }
  const longest = [5_000, 10_000, 40_000, 5 * minute, 5 * minute];
  for (const [n, delay] of delays.entries()) {
    expect(delay).toBeGreaterThanOrEqual((longest[n] ?? 0) / 2);
    expect(delay).toBeLessThanOrEqual(longest[n] ?? 0);
  }
});

test('while the stream refuses, one message at growing intervals asks it, and one line a minute counts the rest', async () => {
  const { world, letters } = makeStore();
  world.error = full;
  for (; world.nowMs < 10 * minute; world.nowMs += 100) await letters.bury(makeMessage(1).message, cause);
  expect(world.asked).toBeLessThan(30);
  expect(world.asked).toBeGreaterThan(10);
  expect(world.lines).toHaveLength(10);
  expect(world.lines[1]).toMatchObject({ givenBack: 600, why: full.message });
  expect(letters.refusal()).toMatchObject({ sinceMs: 0, givenBack: 6_000, why: full.message });
});

test('those that were under way together are one refusal', async () => {
  const { world, letters } = makeStore();
  world.error = full;
  await Promise.all(Array.from({ length: 50 }, (_, n) => letters.bury(makeMessage(n).message, cause)));
  world.error = undefined;
  world.nowMs = 1_001;
  expect(await letters.bury(makeMessage(1).message, cause)).toBe(true);
  expect(letters.refusal()).toBeNull();
});

test('once one is stored all are', async () => {
  const { world, letters } = makeStore();
  world.error = full;
  await letters.bury(makeMessage(1).message, cause);
  world.error = undefined;
  world.nowMs = 2 * minute;
  for (const seq of [1, 2, 3]) {
    const { message, answers } = makeMessage(seq);
    expect(await letters.bury(message, cause)).toBe(true);
    expect(answers).toEqual(['ack']);
  }
  expect(world.lines.at(-1)).toMatchObject({ givenBack: 1, forMs: 2 * minute });
});

test('what is wrong with one message does not keep the next one from being stored', async () => {
  const { world, letters } = makeStore();
  world.error = tooLarge;
  expect(await letters.bury(makeMessage(1).message, cause)).toBe(false);
  world.error = undefined;
  expect(await letters.bury(makeMessage(2).message, cause)).toBe(true);
  expect(letters.refusal()).toBeNull();
});

test('a refusal is over when nothing came back for long: another instance has stored it', async () => {
  const { world, letters } = makeStore();
  world.error = full;
  await letters.bury(makeMessage(1).message, cause);
  world.nowMs = 9 * minute;
  expect(letters.refusal()).not.toBeNull();
  world.nowMs = 11 * minute;
  expect(letters.refusal()).toBeNull();
});
