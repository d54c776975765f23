import { z } from 'zod';
import { callIdSchema, sessionIdSchema, timestampSchema, uuidSchema } from '../ids.ts';

/** What can be found in the history: each hit is of one kind and leads to one place. */
export const historyKinds = ['session', 'message', 'call', 'change', 'error', 'asset'] as const;
export const historyKindSchema = z.enum(historyKinds);
export type HistoryKind = z.infer<typeof historyKindSchema>;

export const historyQuerySchema = z.strictObject({
  /** Any text: all its words are looked for, each as a beginning. Empty: everything that fits the filters. */
  words: z.string().max(500).default(''),
  kinds: z.array(historyKindSchema).min(1).max(historyKinds.length).optional(),
  projectName: z.string().max(512).optional(),
  sessionId: sessionIdSchema.optional(),
  from: timestampSchema.optional(),
  /** Not included. */
  to: timestampSchema.optional(),
  order: z.enum(['best', 'newest']).default('best'),
  offset: z.int().min(0).max(100_000).default(0),
  limit: z.int().min(1).max(100).default(50),
});
export type HistoryQuery = z.output<typeof historyQuerySchema>;

export const historyHitSchema = z.object({
  hitId: z.string(),
  kind: historyKindSchema,
  sessionId: sessionIdSchema,
  /** Of the session. */
  title: z.string(),
  projectName: z.string().nullable(),
  at: timestampSchema,
  /** Who wrote the message; null for what is none. */
  who: z.enum(['user', 'assistant', 'notice']).nullable(),
  /** The part of the text where the words are. */
  excerpt: z.array(z.object({ text: z.string(), hit: z.boolean() })),
  place: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('session') }),
    z.object({ kind: z.literal('message'), messageId: z.string() }),
    z.object({ kind: z.literal('call'), callId: callIdSchema }),
    z.object({ kind: z.literal('change'), changeId: uuidSchema, callId: callIdSchema.nullable() }),
  ]),
});
export type HistoryHit = z.infer<typeof historyHitSchema>;

export const historyPageSchema = z.object({
  hits: z.array(historyHitSchema),
  /** Counted up to 1,000; 1,001 is "more than 1,000". */
  total: z.int().nonnegative(),
  /** Older sessions are still being read for the search: per cent of them that are; null when all are. */
  reading: z.int().min(0).max(99).nullable(),
  /** Records of older sessions that could not be read, and are found by nothing; left out when there is none. */
  skipped: z.int().positive().optional(),
});
export type HistoryPage = z.infer<typeof historyPageSchema>;

/** What goes with a session when it is deleted, its forks included. */
export const deletionViewSchema = z.object({
  title: z.string(),
  /** Sessions that go on from it, and from those: without it they would lose their beginning. */
  forks: z.array(z.object({ sessionId: sessionIdSchema, title: z.string() })),
  messages: z.int(),
  calls: z.int(),
  changes: z.int(),
  frames: z.int(),
  /** Events that a server does not have yet; they stay until they are sent. */
  waitingEvents: z.int(),
  /** Why it cannot be deleted now, for a person; null when it can. */
  refused: z.string().nullable(),
});
export type DeletionView = z.infer<typeof deletionViewSchema>;
