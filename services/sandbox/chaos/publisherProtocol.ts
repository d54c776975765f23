import { z } from 'zod';

/** What the publisher program reads, one JSON object a line. */
export const publisherCommand = z.object({
  /** Events that it makes from now on. */
  perSecond: z.number().nonnegative().optional(),
  /** How far its clock is off. */
  clockOffsetMs: z.int().optional(),
  /** Wants a status with this number. */
  ask: z.int().optional(),
});
export type PublisherCommand = z.infer<typeof publisherCommand>;

export const publisherStatus = z.object({
  answer: z.int(),
  /** Events of the outbox that JetStream has not acknowledged. */
  depth: z.int(),
  /** Direct writes to PostgreSQL under way. */
  writing: z.int(),
  status: z.string(),
});
export type PublisherStatus = z.infer<typeof publisherStatus>;
