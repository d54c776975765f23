import { z } from 'zod';
import type { ObservationOf } from '../alerts/observation.ts';

/** The stream of what was seen of the servers, beside that of the events. */
export const looksStream = 'looks';

export type Look = ObservationOf<'dead_letters'> | ObservationOf<'durable'>;

export const lookSchema: z.ZodType<Look> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dead_letters'), atMs: z.number(), total: z.int().nonnegative() }),
  z.object({
    kind: z.literal('durable'),
    atMs: z.number(),
    name: z.string(),
    lag: z.int().nonnegative(),
    ackFloorSeq: z.int().nonnegative(),
  }),
]);
