import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import type { NatsLink } from '../../../shared/node/messaging/index.ts';

/*
 * The few requests of the JetStream API that no program of SPARK makes (emptying, deleting and throttling a stream), as
 * an administrator with the NATS command line would make them. Wire format: NATS ADR-2 and the jsm schemas.
 */
const reply = z.looseObject({ error: z.looseObject({ code: z.number(), description: z.string() }).optional() });
const withConfig = z.looseObject({
  config: z.looseObject({ max_bytes: z.number() }),
  state: z.looseObject({ bytes: z.number() }),
});
const durable = z.looseObject({
  delivered: z.looseObject({ consumer_seq: z.number(), stream_seq: z.number() }),
  num_pending: z.number(),
  num_ack_pending: z.number(),
});

const askApi = (link: NatsLink, what: string, body: object = {}): Promise<Record<string, unknown>> =>
  link.use(async (connection) => {
    const answer = await connection.request(`$JS.API.${what}`, JSON.stringify(body), { timeout: 3_000 });
    const parsed = reply.parse(answer.json());
    if (parsed.error !== undefined) throw new AppError('nats_rejected', parsed.error.description);
    return parsed;
  });

/** Removes every message; the stream and its consumers stay. */
export const purgeStream = (link: NatsLink, stream: string): Promise<unknown> => askApi(link, `STREAM.PURGE.${stream}`);

/** Removes the stream with its messages and consumers. */
export const deleteStream = (link: NatsLink, stream: string): Promise<unknown> =>
  askApi(link, `STREAM.DELETE.${stream}`);

/** Leaves room for `roomBytes` more; returns what puts the limit back. */
export async function limitStream(link: NatsLink, stream: string, roomBytes: number): Promise<() => Promise<unknown>> {
  const before = withConfig.parse(await askApi(link, `STREAM.INFO.${stream}`));
  const withLimit = (maxBytes: number): object => ({ ...before.config, max_bytes: maxBytes });
  await askApi(link, `STREAM.UPDATE.${stream}`, withLimit(before.state.bytes + roomBytes));
  return () => askApi(link, `STREAM.UPDATE.${stream}`, before.config);
}

/** How often messages were handed to a consumer: with no redelivery, as many as it got. */
export async function readDeliveries(link: NatsLink, stream: string, consumer: string) {
  const info = durable.parse(await askApi(link, `CONSUMER.INFO.${stream}.${consumer}`));
  return {
    deliveries: info.delivered.consumer_seq,
    lastSeq: info.delivered.stream_seq,
    pending: info.num_pending,
    unacknowledged: info.num_ack_pending,
  };
}
