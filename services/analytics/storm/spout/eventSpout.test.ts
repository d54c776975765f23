import { expect, test } from 'vitest';
import type { StreamMessage } from '../../../../shared/node/messaging/index.ts';
import type { EmitFromSpout } from '../multilang/spout.ts';
import { makeEventSpout } from './eventSpout.ts';
import type { Look } from './look.ts';

/** A message that notes what becomes of it. */
function messageOf(seq: number, deliveries: number, fate: string[]): StreamMessage {
  return {
    subject: 'spark.telemetry.s',
    data: Buffer.from([0xff, seq]),
    seq,
    timeMs: 42,
    deliveries,
    redelivered: deliveries > 1,
    header: () => undefined,
    headers: () => [],
    ack: () => void fate.push(`ack ${seq}`),
    nak: (delayMs) => void fate.push(`nak ${seq} for ${delayMs}`),
    working: () => undefined,
    term: () => void fate.push(`term ${seq}`),
  };
}

function rig(deliveries: readonly (readonly [seq: number, deliveries: number])[], looks: Look[] = []) {
  const fate: string[] = [];
  const emitted: Parameters<EmitFromSpout>[] = [];
  const waiting = deliveries.map(([seq, n]) => messageOf(seq, n, fate));
  let rests = 0;
  const spout = makeEventSpout({
    take: () => waiting.shift(),
    takeLook: () => looks.shift(),
    rest: async () => void (rests += 1),
  });
  const next = () => spout.next((...emit) => void emitted.push(emit));
  return { spout, next, fate, emitted, rests: () => rests };
}

test('a message goes out with its bytes whatever they are, and is acknowledged when Storm is through', async () => {
  const { spout, next, fate, emitted } = rig([[1, 1]]);
  await next();
  expect(emitted).toEqual([[['spark.telemetry.s', '/wE=', 42], { id: '1.1' }]]);
  expect(fate).toEqual([]);
  spout.ack('1.1');
  spout.ack('1.1');
  expect(fate).toEqual(['ack 1']);
});

test('a message that fails is given back, later each time, and never given up', async () => {
  const { spout, next, fate } = rig([1, 2, 3, 20].map((deliveries) => [5, deliveries] as const));
  for (const deliveries of [1, 2, 3, 20]) {
    await next();
    spout.fail(`5.${deliveries}`);
  }
  expect(fate).toEqual(['nak 5 for 1000', 'nak 5 for 2000', 'nak 5 for 4000', 'nak 5 for 60000']);
});

test('a message that is delivered again while it is under way is followed for itself', async () => {
  const { spout, next, fate, emitted } = rig([
    [1, 1],
    [1, 2],
  ]);
  await next();
  await next();
  expect(emitted.map(([, to]) => to?.id)).toEqual(['1.1', '1.2']);
  spout.ack('1.1');
  spout.ack('1.2');
  expect(fate).toEqual(['ack 1', 'ack 1']);
});

test('with nothing to emit it rests, and a look goes out unfollowed on its own stream', async () => {
  const look: Look = { kind: 'dead_letters', atMs: 1, total: 2 };
  const { next, emitted, rests } = rig([], [look]);
  await next();
  await next();
  expect(emitted).toEqual([[[look], { stream: 'looks' }]]);
  expect(rests()).toBe(2);
});
