import { z } from 'zod';
import { callStateSchema, effectSchema } from '../events.ts';
import { callIdSchema, sessionIdSchema, sha256Schema, timestampSchema, uuidSchema } from '../ids.ts';

/** What the database has of everybody's sessions. What was said is not in it: messages stay where they were said. */

/** What is looked through; `error` is a call or a build that failed. */
export const teamKinds = ['session', 'call', 'change', 'build', 'error'] as const;
export const teamKindSchema = z.enum(teamKinds);
export type TeamKind = z.infer<typeof teamKindSchema>;

/** Where a page ended: the start of its last session, to the microsecond, and its id. */
export const teamCursorSchema = z.strictObject({
  startedAt: z.string().regex(/^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  sessionId: sessionIdSchema,
});
export type TeamCursor = z.infer<typeof teamCursorSchema>;

/** PostgreSQL takes no NUL in a text. */
const name = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => !text.includes('\u0000'), 'has a NUL');
export const teamQuerySchema = z.strictObject({
  /** All of them must stand in one title, call, change or build, anywhere in its words, in either case. */
  words: z.string().max(500).default(''),
  kinds: z.array(teamKindSchema).min(1).max(teamKinds.length).optional(),
  projectName: name.optional(),
  /** `SPARK_USER_ID` of who used the app. */
  userId: name.optional(),
  functionName: name.optional(),
  errorCode: name.optional(),
  /** Of the session's start. */
  from: timestampSchema.optional(),
  /** Not included. */
  to: timestampSchema.optional(),
  after: teamCursorSchema.nullable().default(null),
  /** Sessions. */
  limit: z.int().min(1).max(50).default(25),
});
export type TeamQuery = z.output<typeof teamQuerySchema>;

export const teamSessionSchema = z.object({
  sessionId: sessionIdSchema,
  /** Empty while no event named it. */
  title: z.string(),
  projectName: z.string().nullable(),
  unityVersion: z.string().nullable(),
  /** Who used the app; null where nobody was configured. */
  userId: z.string().nullable(),
  model: z.string().nullable(),
  simulated: z.boolean(),
  status: z.enum(['active', 'ended']),
  startedAt: timestampSchema,
  endedAt: timestampSchema.nullable(),
});
export type TeamSession = z.infer<typeof teamSessionSchema>;

export const teamHitSchema = z.object({
  kind: z.enum(['call', 'change', 'build', 'error']),
  /** The call's, change's or build's id. */
  ref: z.string(),
  at: timestampSchema,
  /** The part of the text where the words are. */
  excerpt: z.array(z.object({ text: z.string(), hit: z.boolean() })),
});
export type TeamHit = z.infer<typeof teamHitSchema>;

export const teamResultSchema = z.object({
  session: teamSessionSchema,
  /** It is in this machine's journal, too, and opens there. */
  isHere: z.boolean(),
  /** The newest of what fits; empty when the session itself does. */
  hits: z.array(teamHitSchema),
  /** What fits besides. */
  more: z.int().nonnegative(),
});
export type TeamResult = z.infer<typeof teamResultSchema>;

/** No database is set up, or it did not answer and `why` says how; nothing is known then. */
const noAnswer = [
  z.object({ kind: z.literal('off') }),
  z.object({ kind: z.literal('away'), why: z.string() }),
] as const;
const source = z.object({
  server: z.enum(['replica', 'primary']),
  /** How far the replica is behind, in milliseconds. */
  lagMs: z.number().nullable(),
});
export type TeamSource = z.infer<typeof source>;

export const teamPageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('page'),
    results: z.array(teamResultSchema),
    /** Give it as `after`; null at the end of all sessions. */
    next: teamCursorSchema.nullable(),
    /** Sessions that were looked through for this page, and how far back that came; null when there were none. */
    looked: z.object({ sessions: z.int(), backTo: timestampSchema.nullable() }),
    /** Why it ends before a page was full: all sessions were looked through, as many as one search may, or its time was up. */
    stopped: z.enum(['full', 'end', 'sessions', 'time']),
    source,
  }),
  ...noAnswer,
]);
export type TeamPage = z.infer<typeof teamPageSchema>;

/** What the filters offer: of the newest sessions, and of the daily counts. */
export const teamChoicesSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('choices'),
    projects: z.array(z.string()),
    people: z.array(z.string()),
    functions: z.array(z.string()),
    errorCodes: z.array(z.string()),
  }),
  ...noAnswer,
]);
export type TeamChoices = z.infer<typeof teamChoicesSchema>;

export const teamCallSchema = z.object({
  callId: callIdSchema,
  name: z.string(),
  effect: effectSchema,
  state: callStateSchema,
  /** As the model sent them, cut to 16 KiB; null where no event told. */
  arguments: z.string().nullable(),
  summary: z.string().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  durationMs: z.number().nullable(),
  at: timestampSchema,
});
export type TeamCall = z.infer<typeof teamCallSchema>;

export const teamChangeSchema = z.object({
  changeId: uuidSchema,
  callId: callIdSchema.nullable(),
  kind: z.enum(['generated', 'patched']),
  path: z.string(),
  lines: z.int().nullable(),
  compileStatus: z.enum(['unknown', 'ok', 'errors']).nullable(),
  /** What was asked for. */
  prompt: z.string().nullable(),
  sha256: sha256Schema.nullable(),
  /** Its whole text is there; see `team.read_change`. */
  hasText: z.boolean(),
  at: timestampSchema,
});
export type TeamChange = z.infer<typeof teamChangeSchema>;

export const teamBuildSchema = z.object({
  buildId: uuidSchema,
  target: z.string(),
  state: z.enum(['started', 'progress', 'completed', 'failed']),
  elapsedMs: z.number().nullable(),
  sizeBytes: z.number().nullable(),
  reason: z.string().nullable(),
  at: timestampSchema,
});
export type TeamBuild = z.infer<typeof teamBuildSchema>;

/** A session of the team, to look at. The newest of each kind, oldest first; `left` is how many older ones are not here. */
export const teamSessionViewSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('session'),
    session: teamSessionSchema,
    isHere: z.boolean(),
    calls: z.array(teamCallSchema),
    changes: z.array(teamChangeSchema),
    builds: z.array(teamBuildSchema),
    left: z.object({ calls: z.int(), changes: z.int(), builds: z.int() }),
    frames: z.int(),
    costMicroUsd: z.int().nonnegative(),
    source,
  }),
  z.object({ kind: z.literal('unknown') }),
  ...noAnswer,
]);
export type TeamSessionView = z.infer<typeof teamSessionViewSchema>;

export const teamChangeTextSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    path: z.string(),
    /** Null when the change made the file, and where the database does not have it. */
    before: z.string().nullable(),
    after: z.string(),
  }),
  /** It was too large for its event, or the row is gone. */
  z.object({ kind: z.literal('unknown') }),
  ...noAnswer,
]);
export type TeamChangeText = z.infer<typeof teamChangeTextSchema>;
