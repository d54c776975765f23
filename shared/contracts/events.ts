import { z } from 'zod';
import {
  callIdSchema,
  eventIdSchema,
  microUsdSchema,
  sessionIdSchema,
  sha256Schema,
  timestampSchema,
  uuidSchema,
} from './ids.ts';

/**
 * Every fact that SPARK keeps, publishes and stores. One flat JSON object per event; `type` is the subject without
 * `spark.` and without the session id. Fields that no schema here names are kept in `spark_events.payload`, so an older
 * consumer loses nothing of a newer app's event. Version 1.
 */
export const eventSchemaVersion = 1;
/** Largest event in bytes; images travel by reference (`sha256` in the object store `SPARK_FRAMES`). */
export const maxEventBytes = 256 * 1024;

const envelope = {
  eventId: eventIdSchema,
  sessionId: sessionIdSchema,
  /** Rises by one per session; the only order there is (clocks jump). */
  seq: z.int().nonnegative(),
  timestamp: timestampSchema,
  callId: callIdSchema.optional(),
  schemaVersion: z.int().positive(),
  source: z.looseObject({ app: z.string().max(64), version: z.string().max(64), host: z.string().max(256) }),
  userId: z.string().min(1).max(256).optional(),
};
/** A field of `shape` replaces the envelope's; without the stated type the compiler would intersect the two. */
const event = <const T extends string, S extends z.ZodRawShape>(
  type: T,
  shape: S,
): z.ZodObject<Omit<typeof envelope, keyof S> & { type: z.ZodLiteral<T> } & S, z.core.$loose> =>
  z.looseObject({ ...envelope, type: z.literal(type), ...shape });

/** What an integer column takes. */
const int4 = z.int().max(2 ** 31 - 1);
const text = (max: number) => z.string().max(max);
const assetPath = text(1024).min(1);
const durationMs = z.number().nonnegative();

export const sessionEventSchema = event('session', {
  action: z.enum(['started', 'renamed', 'ended']),
  title: text(500),
  model: text(128).optional(),
  projectName: text(256).optional(),
  unityVersion: text(64).optional(),
  simulated: z.boolean().optional(),
});

export const callStateSchema = z.enum([
  'received',
  'awaiting_approval',
  'running',
  'unsettled',
  'succeeded',
  'failed',
  'denied',
  'cancelled',
]);
export const effectSchema = z.enum(['read', 'write', 'build']);

export const functionCallEventSchema = event('function_call', {
  callId: callIdSchema,
  name: text(128).min(1),
  effect: effectSchema,
  state: callStateSchema,
  /** The arguments as the model sent them, cut to 16 KiB of JSON text. */
  argumentsJson: text(16_384).optional(),
  resultSummary: text(4_096).optional(),
  errorCode: text(64).optional(),
  errorMessage: text(4_096).optional(),
  durationMs: durationMs.optional(),
});

export const telemetryEventSchema = event('telemetry', {
  name: text(128).min(1),
  value: z.number(),
  unit: text(32),
  attributes: z.record(text(64), z.union([text(512), z.number(), z.boolean()])).optional(),
});

const tokens = z.int().nonnegative();
export const usageEventSchema = event('usage', {
  /** The call that it was made for; absent for the conversation itself. */
  callId: callIdSchema.optional(),
  responseId: text(128).min(1),
  provider: text(64),
  model: text(128).min(1),
  inputTokens: tokens,
  /** A subset of `inputTokens`. */
  cachedTokens: tokens,
  /** A subset of `inputTokens`, where writing to the cache has a price of its own. */
  cacheWriteTokens: tokens.optional(),
  outputTokens: tokens,
  inputTextTokens: tokens.optional(),
  inputAudioTokens: tokens.optional(),
  inputImageTokens: tokens.optional(),
  outputTextTokens: tokens.optional(),
  outputAudioTokens: tokens.optional(),
  /** Absent when the price table does not know the model: never a wrong price. */
  costMicroUsd: microUsdSchema.optional(),
});

const script = {
  callId: callIdSchema.optional(),
  changeId: uuidSchema.optional(),
  scriptName: text(256).min(1),
  path: assetPath,
  sha256: sha256Schema.optional(),
  previousSha256: sha256Schema.optional(),
  sizeBytes: z.int().nonnegative().optional(),
  lines: int4.nonnegative().optional(),
  compileStatus: z.enum(['unknown', 'ok', 'errors']).optional(),
  compileErrors: int4.nonnegative().optional(),
  /** The whole text when it fits into the event, else absent with `contentsOmitted`. */
  contents: z.string().optional(),
  contentsOmitted: z.boolean().optional(),
  prompt: text(8_192).optional(),
};
export const scriptGeneratedEventSchema = event('runtime.unity.script_generated', script);
export const patchAppliedEventSchema = event('runtime.unity.patch_applied', {
  ...script,
  editsApplied: int4.nonnegative().optional(),
  /** The change that this one took back. */
  undoesChangeId: uuidSchema.optional(),
  /** The file is gone since. */
  deleted: z.boolean().optional(),
});

const asset = {
  path: assetPath,
  guid: text(64).optional(),
  assetType: text(256).optional(),
  name: text(256).optional(),
};
export const assetIngestedEventSchema = event('runtime.unity.asset_ingested', {
  ...asset,
  copiedFrom: text(256).optional(),
});
export const assetDeconstructedEventSchema = event('runtime.unity.asset_deconstructed', {
  ...asset,
  uasVersion: text(16),
  nodes: z.int().nonnegative(),
  unreadable: z.int().nonnegative(),
});

export const previewFrameEventSchema = event('preview.unity.frame', {
  frameId: uuidSchema,
  changeId: uuidSchema.optional(),
  sha256: sha256Schema,
  mimeType: text(64),
  width: int4.positive(),
  height: int4.positive(),
  sizeBytes: z.int().nonnegative(),
  captureSource: z.enum(['game_view', 'scene_view', 'multi_view']),
  camera: text(256).optional(),
  blank: z.boolean(),
});

const build = {
  buildId: uuidSchema,
  target: text(64).min(1),
  jobId: text(128).optional(),
  outputPath: text(1024).optional(),
  elapsedMs: durationMs.optional(),
};
export const buildStartedEventSchema = event('build.unity.started', { ...build, development: z.boolean().optional() });
export const buildProgressEventSchema = event('build.unity.progress', {
  ...build,
  phase: text(64),
  /** From this project's history; absent when there is none (Unity reports no percent). */
  estimateMs: durationMs.optional(),
});
const buildEnd = {
  ...build,
  durationMs,
  sizeBytes: z.int().nonnegative().optional(),
  warnings: int4.nonnegative(),
  errors: int4.nonnegative(),
};
export const buildCompletedEventSchema = event('build.unity.completed', buildEnd);
export const buildFailedEventSchema = event('build.unity.failed', { ...buildEnd, reason: text(4_096) });

/** One schema per event type; the key is the type. */
export const eventSchemas = {
  session: sessionEventSchema,
  function_call: functionCallEventSchema,
  telemetry: telemetryEventSchema,
  usage: usageEventSchema,
  'runtime.unity.script_generated': scriptGeneratedEventSchema,
  'runtime.unity.patch_applied': patchAppliedEventSchema,
  'runtime.unity.asset_ingested': assetIngestedEventSchema,
  'runtime.unity.asset_deconstructed': assetDeconstructedEventSchema,
  'preview.unity.frame': previewFrameEventSchema,
  'build.unity.started': buildStartedEventSchema,
  'build.unity.progress': buildProgressEventSchema,
  'build.unity.completed': buildCompletedEventSchema,
  'build.unity.failed': buildFailedEventSchema,
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventOf<T extends EventType> = z.infer<(typeof eventSchemas)[T]>;
export type SparkEvent = { [T in EventType]: EventOf<T> }[EventType];
/** What a program gives to make an event; the journal adds the envelope. Only named fields (no index signature). */
export type EventBody<T extends EventType> = {
  [
    K in keyof EventOf<T> as string extends K
      ? never
      : K extends 'eventId' | 'sessionId' | 'seq' | 'timestamp' | 'schemaVersion' | 'source' | 'userId'
        ? never
        : K
  ]: EventOf<T>[K];
};
export type AnyEventBody = { [T in EventType]: EventBody<T> }[EventType];

export const eventTypes = Object.keys(eventSchemas) as EventType[];
export const isEventType = (value: string): value is EventType => Object.hasOwn(eventSchemas, value);

/** The envelope alone: what an event of an unknown type or a newer schema must still have to be kept whole. */
export const envelopeSchema = z.looseObject({ ...envelope, type: z.string().min(1).max(200) });
/** The seed's own payload: no id, no sequence. The consumer derives the id from subject and bytes. */
export const seedEnvelopeSchema = z.looseObject({
  type: z.string().min(1).max(200),
  sessionId: sessionIdSchema,
  timestamp: z.iso.datetime({ offset: true }),
});

export type CallState = z.infer<typeof callStateSchema>;
export type Effect = z.infer<typeof effectSchema>;
