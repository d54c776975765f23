import { z } from 'zod';
import { effectSchema } from '../events.ts';
import {
  assetInfoSchema,
  buildTargetSchema,
  captureSourceSchema,
  deconstructUnityAssetArgs,
  ingestUnityAssetArgs,
  ingestUnityAssetResult,
  runUnityBuildArgs,
} from '../functions.ts';
import { uasSchema } from '../uas.ts';
import { parseAssetPath } from '../../domain/assetPath.ts';
import { callIdSchema, sessionIdSchema, timestampSchema, uuidSchema } from '../ids.ts';
import {
  maxProjectRulesChars,
  projectRulesSchema,
  projectRulesVersionSchema,
  promptNameSchema,
  promptTextSchema,
  savedPromptSchema,
} from '../projectTexts.ts';
import {
  conversationSettingsPatchSchema,
  conversationSettingsSchema,
  modelPriceSchema,
  policyRuleSchema,
  retentionSchema,
} from '../settings.ts';
import { insightRanges, insightScopeSchema, insightsViewSchema } from './insightsViews.ts';
import {
  configValuesSchema,
  configViewSchema,
  connectionTargets,
  connectionTestSchema,
  dataViewSchema,
  removalSchema,
  setupViewSchema,
} from './setupViews.ts';
import { consoleEndSchema, consoleReadingSchema } from './consoleViews.ts';
import { deletionViewSchema, historyPageSchema, historyQuerySchema } from './historyViews.ts';
import {
  teamChangeTextSchema,
  teamChoicesSchema,
  teamPageSchema,
  teamQuerySchema,
  teamSessionViewSchema,
} from './teamViews.ts';
import { budgetScopeSchema, usageViewSchema } from './usageViews.ts';
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
import { voiceFrameSchema, voiceModeSchema, voiceStateSchema } from './voice.ts';

const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ kind: 'query', input, output }) as const;
const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) =>
  ({ kind: 'command', input, output }) as const;

const nothing = z.strictObject({});
const ofSession = z.strictObject({ sessionId: sessionIdSchema });
const title = z.string().trim().min(1).max(200);

/** Longest text of one message, in UTF-16 code units. */
export const maxMessageChars = 100_000;
/** Of one message; each scaled by the window before it is sent. */
export const maxMessageImages = 4;
export const maxImageBytes = 1024 * 1024;
const maxMessageAssets = 10;

/** What the bytes are is read from them, whatever is claimed here. */
const imageInputSchema = z.strictObject({
  mimeType: z.string().max(64),
  base64: z.string().max(Math.ceil(maxImageBytes / 3) * 4),
});
export type ImageInput = z.infer<typeof imageInputSchema>;

const ofMessage = ofSession.extend({ messageId: z.string().min(1).max(128) });
const assetPaths = z
  .array(z.string().refine((path) => parseAssetPath(path).kind === 'ok', 'not a path under Assets/'))
  .max(maxMessageAssets);
const written = z.string().trim().max(maxMessageChars);

/** What the developer answers to an approval card. */
export const decisionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('approve'),
    /** The text as the developer edited it; absent means as proposed. Writes only. */
    editedContents: z.string().max(1_000_000).optional(),
    /** Files of a change to several, as the developer edited them; the others are as proposed. */
    editedFiles: z
      .array(z.strictObject({ path: z.string(), contents: z.string().max(1_000_000) }))
      .max(500)
      .optional(),
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
      setup: setupViewSchema,
    }),
  ),
  'health.get': query(nothing, healthViewSchema),
  'session.list': query(nothing, z.object({ sessions: z.array(sessionViewSchema) })),
  'session.create': command(z.strictObject({ title: title.optional() }), z.object({ session: sessionViewSchema })),
  /** Whole: 8,000 messages and 2,000 calls (9 MB) are read, sent and parsed in 0.2 s of CPU, so it is not paged. */
  'session.open': query(ofSession, sessionSnapshotSchema),
  'session.rename': command(ofSession.extend({ title }), z.object({ session: sessionViewSchema })),
  /**
   * Ends a session: it leaves the lists, and the search still finds it. Refused like a deletion while something of it is
   * open. `archived: false` brings it back, as does the next message in it.
   */
  'session.archive': command(ofSession.extend({ archived: z.boolean() }), z.object({ session: sessionViewSchema })),
  /** Goes on from the end of a session; nothing is copied and nothing there changes. */
  'session.fork': command(ofSession.extend({ newSessionId: uuidSchema }), z.object({ session: sessionViewSchema })),
  /** All that the journal knows of a session but its pictures, as a file. */
  'session.export': query(
    ofSession.extend({ format: z.enum(['markdown', 'json']) }),
    z.object({ fileName: z.string(), mimeType: z.string(), bytes: z.instanceof(Uint8Array) }),
  ),
  'session.describe_deletion': query(ofSession, deletionViewSchema),
  /** `forks`: all that go on from it, as they were told. Events that wait for the server are still sent. */
  'session.delete': command(
    ofSession.extend({ forks: z.array(sessionIdSchema).max(1_000) }),
    z.object({ sessionIds: z.array(sessionIdSchema) }),
  ),
  /** Over all sessions of this machine. */
  'history.search': query(historyQuerySchema, historyPageSchema),
  /** Over the sessions that the database has, everybody's, newest first; a page looks through so many and no more. */
  'team.search': query(teamQuerySchema, teamPageSchema),
  'team.list_choices': query(nothing, teamChoicesSchema),
  'team.open': query(ofSession, teamSessionViewSchema),
  'team.read_change': query(ofSession.extend({ changeId: uuidSchema }), teamChangeTextSchema),
  'chat.send': command(
    ofSession
      .extend({
        /** Made by the window, so that a repeated send after a lost answer is the same message. */
        messageId: uuidSchema,
        /** May be empty where there are images. */
        text: written,
        images: z.array(imageInputSchema).max(maxMessageImages).optional(),
        /** Assets that the text names: the model is told what each is. Images among them are shown to it. */
        assets: assetPaths.optional(),
        /** While the model answers; the setting's choice when left out. */
        whileBusy: z.enum(['interrupt', 'queue']).optional(),
      })
      .refine(({ text, images = [] }) => text !== '' || images.length > 0, {
        path: ['text'],
        error: 'nothing to send',
      }),
    z.object({ message: messageViewSchema }),
  ),
  /** Asks again for the newest message of the developer; earlier ones are forked from. */
  'chat.retry': command(ofMessage, z.object({ message: messageViewSchema })),
  /** Takes a message back that waits to be sent. `taken` is false when it was sent meanwhile. */
  'chat.unqueue': command(ofMessage, z.object({ taken: z.boolean(), message: messageViewSchema })),
  /**
   * A new session that is as this one was before the message, with `text` sent in its place; the message's images stay
   * with it. Nothing is copied and nothing here changes.
   */
  'chat.fork': command(
    ofMessage.extend({
      text: written,
      assets: assetPaths.optional(),
      /** Made by the window, so that a repeated fork after a lost answer is the same one. */
      newSessionId: uuidSchema,
      newMessageId: uuidSchema,
    }),
    z.object({ session: sessionViewSchema, message: messageViewSchema }),
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
  /** An image of a message; `index` is its place in `images`. */
  'image.read': query(
    ofMessage.extend({
      index: z
        .int()
        .min(0)
        .max(maxMessageImages - 1),
    }),
    z.object({ mimeType: z.string(), bytes: z.instanceof(Uint8Array) }),
  ),
  /** Assets of the open project by name, for `@` in a message. */
  'asset.search': query(
    ofSession.extend({ query: z.string().max(128) }),
    z.object({ total: z.int(), assets: z.array(assetInfoSchema) }),
  ),
  /** What an asset is, what it refers to and what refers to it; with `source`, a file of the machine is copied in first. */
  'asset.ingest': command(
    ofSession
      .extend({ path: ingestUnityAssetArgs.shape.path, source: ingestUnityAssetArgs.shape.source })
      .refine(({ path, source }) => path !== undefined || source !== undefined, 'give path, or source'),
    ingestUnityAssetResult.omit({ success: true }),
  ),
  /** Takes the asset apart now; the tree is kept as a snapshot. */
  'asset.deconstruct': command(
    ofSession.extend({ path: deconstructUnityAssetArgs.shape.path }),
    z.object({ callId: callIdSchema, uas: uasSchema }),
  ),
  /** Earlier trees of the asset, of all sessions of the project, newest first. */
  'asset.snapshots': query(
    ofSession.extend({ path: deconstructUnityAssetArgs.shape.path }),
    z.object({
      snapshots: z.array(z.object({ sessionId: sessionIdSchema, callId: callIdSchema, createdAt: timestampSchema })),
    }),
  ),
  'asset.snapshot': query(ofSession.extend({ callId: callIdSchema }), z.object({ uas: uasSchema })),
  /**
   * The end of Unity's console, each line with the call after which it appeared. `known` is the `end` of the last answer:
   * when nothing is new Unity is asked for very little. Unity is not asked at all while it compiles, builds or is away.
   */
  'console.read': query(
    ofSession.extend({ known: consoleEndSchema.nullable().default(null) }),
    z.discriminatedUnion('kind', [
      consoleReadingSchema,
      z.object({ kind: z.literal('unchanged') }),
      z.object({ kind: z.literal('away'), why: z.string() }),
    ]),
  ),
  'build.start': command(
    ofSession.extend({
      target: buildTargetSchema,
      development: z.boolean().default(false),
      /** Inside the project; a folder of its own under Builds/ when left out. */
      outputPath: runUnityBuildArgs.shape.outputPath,
    }),
    z.object({ build: buildViewSchema }),
  ),
  /** The newest builds of the session's project, of all sessions, newest first. */
  'build.history': query(ofSession, z.object({ projectName: z.string(), builds: z.array(buildViewSchema) })),
  /**
   * Shows a build's output in the system's file manager, where SPARK has one. `path` is where it lies: on this machine, or
   * as Unity named it where the project's folder is elsewhere.
   */
  'build.reveal': command(
    z.strictObject({ buildId: uuidSchema }),
    z.object({ path: z.string(), revealed: z.boolean() }),
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
  /** Every variable that the program reads: its value, where that is from and what it means. */
  'config.list': query(nothing, configViewSchema),
  /** What is wrong with the values, by variable; nothing is changed. Empty: all is well. */
  'config.check': query(
    z.strictObject({ values: configValuesSchema }),
    z.object({ problems: z.record(z.string(), z.string()) }),
  ),
  /** Keeps the values and opens the program with them. Refused as `busy` while something runs; all or none are kept. */
  'config.update': command(z.strictObject({ values: configValuesSchema }), configViewSchema),
  /** Connects once with the configuration and these values over it; nothing is kept. */
  'setup.test': query(
    z.strictObject({ target: z.enum(connectionTargets), values: configValuesSchema.default({}) }),
    connectionTestSchema,
  ),
  /** The guided setup was gone through or skipped: it does not open by itself any more. */
  'setup.finish': command(nothing, setupViewSchema),
  /** Stand-ins for Unity and the model in place of whatever is set up, until they are turned off or SPARK ends. */
  'setup.sandbox': command(z.strictObject({ on: z.boolean() }), setupViewSchema),
  'data.get': query(nothing, dataViewSchema),
  /** What a retention would take away now; nothing is changed. */
  'data.preview_retention': query(z.strictObject({ retention: retentionSchema }), removalSchema),
  /** Takes away what the retention of the settings does not keep. It happens by itself every few hours too. */
  'data.apply_retention': command(nothing, removalSchema),
  /** Erases everything in the data folder. Refused as `unsent_events` while a server lacks some, unless `evenUnsent`. */
  'data.erase': command(z.strictObject({ evenUnsent: z.boolean().default(false) }), nothing),
  /** Versions, health and the end of the log as text, without secrets. */
  'report.get': query(nothing, z.object({ text: z.string() })),
  /** Of the desktop app's windows; refused as `unsupported` in a browser, which has its own. */
  'desktop.act': command(
    z.discriminatedUnion('act', [
      z.strictObject({ act: z.literal('new_window') }),
      z.strictObject({ act: z.literal('focus') }),
      z.strictObject({ act: z.literal('always_on_top'), on: z.boolean() }),
    ]),
    setupViewSchema,
  ),
  /** The rules of the session's project, and what the model is told of them. */
  'rules.get': query(ofSession, projectRulesSchema),
  /** Newest first, 50 at most. */
  'rules.history': query(ofSession, z.object({ versions: z.array(projectRulesVersionSchema) })),
  /** A new version; open sessions of the project are told at once. `onVersion` is the one that was changed. */
  'rules.set': command(
    ofSession.extend({ text: z.string().trim().max(maxProjectRulesChars), onVersion: z.int().nonnegative() }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('saved'), rules: projectRulesSchema }),
      /** Another window was first: nothing was kept. */
      z.object({ kind: z.literal('changed_meanwhile'), rules: projectRulesSchema }),
    ]),
  ),
  /** Prompts of every project and of the session's own. */
  'prompt.list': query(ofSession, z.object({ prompts: z.array(savedPromptSchema) })),
  /** Adds a prompt, or replaces the one with that id. */
  'prompt.save': command(
    ofSession.extend({
      promptId: uuidSchema.optional(),
      name: promptNameSchema,
      text: promptTextSchema,
      /** Offered in every project, not only in the session's. */
      everywhere: z.boolean(),
    }),
    z.object({ prompt: savedPromptSchema }),
  ),
  'prompt.delete': command(z.strictObject({ promptId: uuidSchema }), z.object({ deleted: z.boolean() })),
  'usage.get': query(ofSession, usageViewSchema),
  /**
   * Lets the scope spend one more budget's worth: the newest turn, the session, or the day until it ends (UTC). Refused as
   * `invalid_input` where there is no such budget. Nothing is asked again by this: `chat.retry` does that.
   */
  'budget.extend': command(ofSession.extend({ scope: budgetScopeSchema }), usageViewSchema),
  /** Figures of whole UTC days: from the database when there is one and it answers, else from this machine's journal. */
  'insights.get': query(z.strictObject({ days: z.literal(insightRanges), of: insightScopeSchema }), insightsViewSchema),
  /** Turns voice on in a session, and off in any other. Resolves when it listens. */
  'voice.start': command(ofSession.extend({ mode: voiceModeSchema }), z.object({ state: voiceStateSchema })),
  /** Some of what the microphone heard, in order; refused while voice is off. */
  'voice.append': command(ofSession.extend({ base64: voiceFrameSchema }), nothing),
  /** What was said since the last time is a message. `taken` is false when that was too little to be one. */
  'voice.commit': command(ofSession, z.object({ taken: z.boolean() })),
  'voice.stop': command(ofSession, nothing),
  /** How much of a spoken answer was played, in milliseconds; of one that was interrupted the rest is taken back. */
  'voice.heard': command(
    ofMessage.extend({ audioMs: z.int().nonnegative().max(3_600_000), interrupted: z.boolean() }),
    nothing,
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
