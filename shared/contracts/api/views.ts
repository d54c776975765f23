import { z } from 'zod';
import { callStateSchema, effectSchema } from '../events.ts';
import { buildTargetSchema } from '../functions/builds.ts';
import { compileMessageSchema } from '../functions/compile.ts';
import { captureSourceSchema } from '../functions/preview.ts';
import { callIdSchema, sessionIdSchema, sha256Schema, timestampSchema, uuidSchema } from '../ids.ts';

/** What the window shows. Each view is a projection of the journal; the renderer never derives state of its own. */
export const errorInfoSchema = z.object({
  code: z.string(),
  message: z.string(),
  data: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorInfo = z.infer<typeof errorInfoSchema>;

export const sessionViewSchema = z.object({
  sessionId: sessionIdSchema,
  title: z.string(),
  status: z.enum(['active', 'ended']),
  projectName: z.string().nullable(),
  /** True when the model or Unity behind it is a stand-in. */
  simulated: z.boolean(),
  /** The model is answering or a call runs. */
  busy: z.boolean(),
  /** Calls in it that wait for the person; absent where none does. */
  waiting: z.int().positive().optional(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
  /** It began as that session was before `position`: what was said and done there is part of this one. */
  forkedFrom: z.object({ sessionId: sessionIdSchema, title: z.string(), position: z.int().nonnegative() }).optional(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** An image that the developer put into a message; its bytes are read with `image.read`. */
export const messageImageSchema = z.object({
  sha256: sha256Schema,
  mimeType: z.enum(['image/png', 'image/jpeg']),
  width: z.int().positive(),
  height: z.int().positive(),
});
export type MessageImage = z.infer<typeof messageImageSchema>;

export const messageViewSchema = z.object({
  messageId: z.string().min(1).max(128),
  sessionId: sessionIdSchema,
  role: z.enum(['user', 'assistant', 'notice']),
  text: z.string(),
  /**
   * Of the developer's: `queued` waits to be sent, `complete` was, `cancelled` was taken back before. Of the model's:
   * `cancelled` was stopped.
   */
  status: z.enum(['queued', 'streaming', 'complete', 'cancelled', 'failed']),
  error: errorInfoSchema.nullable(),
  images: z.array(messageImageSchema).optional(),
  /** It was said, not typed: its text is what was understood, and grows while it is `streaming`. */
  spoken: z.literal(true).optional(),
  /** Order within the session, shared with calls: the transcript is both, sorted by `position`. */
  position: z.int().nonnegative(),
  createdAt: timestampSchema,
});
export type MessageView = z.infer<typeof messageViewSchema>;

export const approvalViewSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('write'),
    path: z.string(),
    /** The file as it is now; null when the change creates it. */
    before: z.string().nullable(),
    after: z.string(),
    addedLines: z.int(),
    removedLines: z.int(),
    reason: z.string(),
    warnings: z.array(z.string()),
    /** Folder that "always here" would remember; null when this may never be automatic. */
    rememberFolder: z.string().nullable(),
    /** Writes in that folder which were approved by hand in a row before this one. */
    approvedInARow: z.int().nonnegative().optional(),
    /** The model that wrote it, where that is known. */
    author: z.string().optional(),
    /** It was not asked for: "always here" holds for its folder. */
    always: z.literal(true).optional(),
  }),
  z.object({
    /** Several files as one change: all or none. */
    kind: z.literal('write_many'),
    files: z.array(
      z.object({
        path: z.string(),
        before: z.string().nullable(),
        after: z.string(),
        addedLines: z.int(),
        removedLines: z.int(),
        warnings: z.array(z.string()),
      }),
    ),
    reason: z.string(),
    warnings: z.array(z.string()),
  }),
  z.object({
    /** A file from outside the project is copied in and imported. */
    kind: z.literal('ingest'),
    source: z.string(),
    /** Where it will be, under Assets/. */
    path: z.string(),
    sizeBytes: z.int(),
    type: z.string(),
    reason: z.string(),
    warnings: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('build'),
    target: buildTargetSchema,
    development: z.boolean(),
    outputPath: z.string().nullable(),
    reason: z.string(),
    warnings: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('delete'),
    path: z.string(),
    /** The asset's text, when it is text. */
    before: z.string().nullable(),
    sizeBytes: z.int(),
    /** Whether its `.meta` (guid, import settings) was kept, so that an undo brings the references back. */
    metaKept: z.boolean(),
    reason: z.string(),
    warnings: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('scene'),
    /** Path of the open scene. */
    path: z.string(),
    /** What will be done, a sentence each. */
    steps: z.array(z.string()),
    /** What was there before and what will be there, as text to compare. */
    before: z.string(),
    after: z.string(),
    reason: z.string(),
    warnings: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('tests'),
    mode: z.enum(['EditMode', 'PlayMode']),
    /** Full names; empty runs all tests of the mode. */
    testNames: z.array(z.string()),
    reason: z.string(),
    warnings: z.array(z.string()),
  }),
]);
export type ApprovalView = z.infer<typeof approvalViewSchema>;

export const callViewSchema = z.object({
  callId: callIdSchema,
  sessionId: sessionIdSchema,
  name: z.string(),
  effect: effectSchema,
  state: callStateSchema,
  arguments: z.unknown(),
  /** One line for a person: "created Assets/Scripts/PlayerController.cs · 64 lines". */
  summary: z.string(),
  approval: approvalViewSchema.nullable(),
  result: z.unknown(),
  error: errorInfoSchema.nullable(),
  /** Time by step in milliseconds: queue, unity, compile, keep, database. */
  timing: z.array(z.object({ step: z.string(), ms: z.number() })),
  changeId: uuidSchema.nullable(),
  frameId: uuidSchema.nullable(),
  buildId: uuidSchema.nullable(),
  position: z.int().nonnegative(),
  createdAt: timestampSchema,
  finishedAt: timestampSchema.nullable(),
});
export type CallView = z.infer<typeof callViewSchema>;

export const changeViewSchema = z.object({
  changeId: uuidSchema,
  sessionId: sessionIdSchema,
  callId: callIdSchema.nullable(),
  path: z.string(),
  kind: z.enum(['created', 'modified', 'deleted', 'scene']),
  sha256Before: sha256Schema.nullable(),
  sha256After: sha256Schema.nullable(),
  addedLines: z.int(),
  removedLines: z.int(),
  compileStatus: z.enum(['unknown', 'compiling', 'ok', 'errors']),
  compileErrors: z.array(compileMessageSchema),
  createdAt: timestampSchema,
  /** The change that this one took back. */
  undoesChangeId: uuidSchema.optional(),
  /** What of the scene was changed ("Player created"); only for kind `scene`, whose path is the scene's. */
  subject: z.string().optional(),
});
export type ChangeView = z.infer<typeof changeViewSchema>;

/** Why a change could not be taken back by itself: the same lines were changed since. Nothing was written. */
export const undoConflictSchema = z.object({
  changeId: uuidSchema,
  path: z.string(),
  why: z.string(),
  /** The file as it is now; null when it is gone, and where `regions` say what differs. */
  now: z.string().nullable(),
  /** The file as it was before the change; null when the change had created it, and where there are `regions`. */
  wanted: z.string().nullable(),
  regions: z.array(
    z.object({
      /** First line in the file as it is now, from 1. */
      line: z.int(),
      /** Last line of it; the whole region's, also where its text is cut. */
      toLine: z.int().optional(),
      now: z.string(),
      wanted: z.string(),
      /** Characters left out at the end of a side. */
      nowCut: z.int().optional(),
      wantedCut: z.int().optional(),
    }),
  ),
  /** Regions left out after the last one. */
  moreRegions: z.int().optional(),
});
export type UndoConflict = z.infer<typeof undoConflictSchema>;

export const frameViewSchema = z.object({
  frameId: uuidSchema,
  sessionId: sessionIdSchema,
  callId: callIdSchema.nullable(),
  changeId: uuidSchema.nullable(),
  sha256: sha256Schema,
  mimeType: z.string(),
  width: z.int(),
  height: z.int(),
  sizeBytes: z.int(),
  captureSource: captureSourceSchema,
  camera: z.string().nullable(),
  blank: z.boolean(),
  unchanged: z.boolean(),
  /** False once its bytes were dropped by retention. */
  kept: z.boolean(),
  createdAt: timestampSchema,
});
export type FrameView = z.infer<typeof frameViewSchema>;

export const buildViewSchema = z.object({
  buildId: uuidSchema,
  sessionId: sessionIdSchema,
  callId: callIdSchema.nullable(),
  target: buildTargetSchema,
  development: z.boolean(),
  outputPath: z.string().nullable(),
  state: z.enum(['starting', 'building', 'succeeded', 'failed', 'cancelled']),
  /** Unity's own word; `lost` on a failed one whose outcome nobody knows. */
  phase: z.string(),
  startedAt: timestampSchema,
  elapsedMs: z.number(),
  /** The usual duration from this project's earlier builds of the target; null the first time. */
  estimateMs: z.number().nullable(),
  completedAt: timestampSchema.nullable(),
  sizeBytes: z.number().nullable(),
  /** Size of the last successful build of this target before this one. */
  previousSizeBytes: z.number().nullable(),
  warnings: z.int(),
  errors: z.int(),
  reason: z.string().nullable(),
});
export type BuildView = z.infer<typeof buildViewSchema>;

/** `analytics` is told of only where it is set up. */
export const dependencyIds = ['model', 'unity', 'nats', 'primary', 'replica', 'analytics', 'journal'] as const;
export const dependencyHealthSchema = z.object({
  id: z.enum(dependencyIds),
  /** `off`: not configured, works without. */
  status: z.enum(['ok', 'connecting', 'degraded', 'down', 'off']),
  /** One or two words for the status bar: `SparkSample · ready`. */
  label: z.string(),
  /** What is wrong and what to do, a sentence or two; empty when all is well. */
  detail: z.string(),
  /** A stand-in is in use; the window says *simulated*. */
  simulated: z.boolean(),
  latencyMs: z.number().nullable(),
  /** Worth knowing and no fault, a sentence each. */
  notes: z.array(z.string()).optional(),
  /** Where it is and what it is, for Health: `Server` `10.1.0`. Never a secret. */
  facts: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  /** Several Unity Editors are open, or another one than the session's: the person may choose. */
  choose: z.literal(true).optional(),
});
export type DependencyHealth = z.infer<typeof dependencyHealthSchema>;

export const healthViewSchema = z.object({
  dependencies: z.array(dependencyHealthSchema),
  /** Events kept locally and not yet acknowledged by JetStream. */
  outboxDepth: z.int(),
  /** Replica's replay lag in milliseconds; null when not measured. */
  replicaLagMs: z.number().nullable(),
  /** When the consumer last took an event off the stream, and how many it has yet to take; null when not known. */
  consumer: z.object({ lastSeenAt: timestampSchema.nullable(), waiting: z.int() }).nullable(),
  costMicroUsd: z.int().nonnegative(),
});
export type HealthView = z.infer<typeof healthViewSchema>;

/** What the model does for a session now. `stopped` stays until the next message. */
export const turnStateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('answering') }),
  z.object({ kind: z.literal('calling') }),
  /** The service asked to wait; `reason` is for a person. */
  z.object({ kind: z.literal('waiting'), reason: z.string(), retryAt: timestampSchema }),
  z.object({ kind: z.literal('reconnecting'), retryAt: timestampSchema }),
  z.object({
    kind: z.literal('stopped'),
    code: z.string(),
    message: z.string(),
    /** `continue`: tell the model to go on. `retry`: ask again. `extend`: allow one more budget (`budget.extend`). */
    may: z.array(z.enum(['continue', 'retry', 'extend'])),
  }),
]);
export type TurnState = z.infer<typeof turnStateSchema>;

export const sessionSnapshotSchema = z.object({
  session: sessionViewSchema,
  turn: turnStateSchema,
  messages: z.array(messageViewSchema),
  calls: z.array(callViewSchema),
  changes: z.array(changeViewSchema),
  frames: z.array(frameViewSchema),
  builds: z.array(buildViewSchema),
});
export type SessionSnapshot = z.infer<typeof sessionSnapshotSchema>;
