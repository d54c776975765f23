import { z } from 'zod';
import { effectSchema } from '../events.ts';
import { buildTargetSchema, captureSourceSchema } from '../functions.ts';
import { callIdSchema, sessionIdSchema, timestampSchema, uuidSchema } from '../ids.ts';
import {
  conversationSettingsPatchSchema,
  conversationSettingsSchema,
  modelPriceSchema,
  policyRuleSchema,
} from '../settings.ts';
import {
  buildViewSchema,
  callViewSchema,
  changeViewSchema,
  frameViewSchema,
  healthViewSchema,
  messageViewSchema,
  sessionSnapshotSchema,
  sessionViewSchema,
  undoConflictSchema,
} from './views.ts';

const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ kind: 'query', input, output }) as const;
const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ kind: 'command', input, output }) as const;

const nothing = z.strictObject({});
const ofSession = z.strictObject({ sessionId: sessionIdSchema });
const title = z.string().trim().min(1).max(200);

/** What the developer answers to an approval card. */
export const decisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('approve'),
    /** The text as the developer edited it; absent means as proposed. Writes only. */
    editedContents: z.string().max(1_000_000).optional(),
    /** "Always here": remember this effect under the proposal's folder. */
    remember: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('deny'), reason: z.string().max(2_000).default('') }),
]);
export type Decision = z.infer<typeof decisionSchema>;

/**
 * Every route of the window, once. Two transports carry them (Electron IPC, WebSocket); `services/bridge` implements
 * them exhaustively. Queries change nothing; commands may.
 */
export const routes = {
  'app.get': query(
    nothing,
    z.object({
      version: z.string(),
      host: z.enum(['desktop', 'web']),
      simulated: z.boolean(),
      health: healthViewSchema,
    }),
  ),
  'health.get': query(nothing, healthViewSchema),
  'session.list': query(nothing, z.object({ sessions: z.array(sessionViewSchema) })),
  'session.create': command(z.strictObject({ title: title.optional() }), z.object({ session: sessionViewSchema })),
  'session.open': query(ofSession, sessionSnapshotSchema),
  'session.rename': command(ofSession.extend({ title }), z.object({ session: sessionViewSchema })),
  'chat.send': command(
    ofSession.extend({
      /** Made by the window, so that a repeated send after a lost answer is the same message. */
      messageId: uuidSchema,
      text: z.string().trim().min(1).max(100_000),
    }),
    z.object({ message: messageViewSchema }),
  ),
  'chat.cancel': command(ofSession, z.object({ cancelled: z.boolean() })),
  'approval.decide': command(
    ofSession.extend({ callId: callIdSchema, decision: decisionSchema }),
    z.object({ call: callViewSchema }),
  ),
  'call.cancel': command(ofSession.extend({ callId: callIdSchema }), z.object({ call: callViewSchema })),
  'change.read': query(
    z.strictObject({ changeId: uuidSchema }),
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
  /** Takes one change back, at any age, without losing what was written since. */
  'change.undo': command(
    z.strictObject({ changeId: uuidSchema }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('undone'), change: changeViewSchema }),
      z.object({ kind: z.literal('nothing_to_do'), why: z.string() }),
      z.object({ kind: z.literal('conflict'), conflict: undoConflictSchema }),
    ]),
  ),
  /** Back to the state before that change: newest first; stops at the first conflict. `changes` are the undos made. */
  'change.undo_to': command(
    ofSession.extend({ changeId: uuidSchema }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('undone'), changes: z.array(changeViewSchema) }),
      z.object({ kind: z.literal('nothing_to_do'), why: z.string() }),
      z.object({
        kind: z.literal('conflict'),
        changes: z.array(changeViewSchema),
        /** Changes that are not undone yet, the one in conflict among them. */
        remaining: z.int(),
        conflict: undoConflictSchema,
      }),
    ]),
  ),
  /** The seed's step 8: which of these changes have their row, read from the replica when it is fresh enough. */
  'change.list_stored': query(
    ofSession.extend({ changeIds: z.array(uuidSchema).max(500) }),
    z.object({
      stored: z.array(z.object({ changeId: uuidSchema, recordedAt: timestampSchema.nullable() })),
      /** `none`: no database is configured or reachable; nothing is known. */
      source: z.enum(['replica', 'primary', 'none']),
    }),
  ),
  'preview.render': command(
    ofSession.extend({
      source: captureSourceSchema.default('game_view'),
      camera: z.string().max(256).optional(),
      maxResolution: z.int().min(64).max(2048).default(1024),
    }),
    z.object({ frame: frameViewSchema }),
  ),
  'frame.read': query(
    z.strictObject({
      frameId: uuidSchema,
      /** A thumbnail is a small PNG of the same picture. */
      size: z.enum(['full', 'thumbnail']).default('full'),
    }),
    z.object({ mimeType: z.string(), bytes: z.instanceof(Uint8Array) }),
  ),
  'build.start': command(
    ofSession.extend({ target: buildTargetSchema, development: z.boolean().default(false) }),
    z.object({ build: buildViewSchema }),
  ),
  'policy.list': query(nothing, z.object({ rules: z.array(policyRuleSchema) })),
  'policy.revoke': command(z.strictObject({ ruleId: uuidSchema }), z.object({ revoked: z.boolean() })),
  'policy.remember': command(
    z.strictObject({ effect: effectSchema, folder: z.string().max(512) }),
    z.object({ rule: policyRuleSchema }),
  ),
  'settings.get': query(
    nothing,
    z.object({
      settings: conversationSettingsSchema,
      defaults: conversationSettingsSchema,
      /** `asOf` is the day (YYYY-MM-DD) on which the vendors' pages stated them. */
      builtInPrices: z.object({ asOf: z.iso.date(), models: z.record(z.string(), modelPriceSchema) }),
    }),
  ),
  /** Only the given fields change. */
  'settings.update': command(
    z.strictObject({ settings: conversationSettingsPatchSchema }),
    z.object({ settings: conversationSettingsSchema }),
  ),
  /** The Unity Editors that are open; `chosen` is the one of the session's project. */
  'unity.list_instances': query(
    ofSession,
    z.object({
      instances: z.array(
        z.object({
          instanceId: z.string(),
          projectName: z.string(),
          unityVersion: z.string().nullable(),
          chosen: z.boolean(),
        }),
      ),
    }),
  ),
  /** The session works in this editor's project from now on, whatever it worked in before. */
  'unity.choose_instance': command(
    ofSession.extend({ instanceId: z.string().min(1).max(512) }),
    z.object({ session: sessionViewSchema }),
  ),
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
/** What a caller gives (defaults may be left out). */
export type RouteInput<R extends RouteName> = z.input<Routes[R]['input']>;
/** What a handler receives (parsed). */
export type RouteParsed<R extends RouteName> = z.output<Routes[R]['input']>;
export type RouteOutput<R extends RouteName> = z.output<Routes[R]['output']>;

/** One handler per route; a missing or extra one does not compile. */
export type ApiHandlers = { readonly [R in RouteName]: (input: RouteParsed<R>) => Promise<RouteOutput<R>> };

/** The closed table that transports look routes up in (never a plain object: `constructor` is not a route). */
export const routeTable: ReadonlyMap<
  string,
  { readonly kind: 'query' | 'command'; readonly input: z.ZodType; readonly output: z.ZodType }
> = new Map(Object.entries(routes));
