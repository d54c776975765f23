import { z } from 'zod';
import type { Bolt } from '../multilang/bolt.ts';
import { decodeEvent } from './decodeEvent.ts';

/** Fields of the spout's stream of events. The bytes are in base64: they may be anything, and a tuple is JSON. */
const inputSchema = z.tuple([z.string(), z.base64(), z.number()]);

/**
 * `[subject, data, timeMs]` in; `[type, event, timeMs]` out for what is right, `[subject, reason, detail]` on stream
 * `invalid` for what is refused. Both acknowledge the tuple: a wrong event does not get right by coming again.
 */
export const validateBolt: Bolt = {
  async process({ tuple }, emit) {
    const [subject, data, timeMs] = inputSchema.parse(tuple);
    const verdict = decodeEvent({ subject, data: Buffer.from(data, 'base64') });
    if (verdict.kind === 'event') emit([verdict.event.type, verdict.event, timeMs]);
    else if (verdict.kind === 'refused') emit([subject, verdict.reason, verdict.detail], 'invalid');
  },
};
