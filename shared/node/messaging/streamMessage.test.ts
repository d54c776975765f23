import { expect, test } from 'vitest';
import { parseDelivery } from './streamMessage.ts';

test.each([
  ['of a server of its own', '$JS.ACK.SPARK.spark-nats-consumer.3.41.57.1763888888123456789.12'],
  ['of a domain and account', '$JS.ACK._.hash.SPARK.spark-nats-consumer.3.41.57.1763888888123456789.12'],
  ['with a token behind', '$JS.ACK.hub.hash.SPARK.spark-nats-consumer.3.41.57.1763888888123456789.12.x7'],
])('deliveries, sequence and time are read from a reply subject %s', (_what, reply) => {
  expect(parseDelivery(reply)).toEqual({ deliveries: 3, seq: 41, timeMs: 1_763_888_888_123 });
});
