import { z } from 'zod';
import { alertSchema } from '../alerts.ts';
import { sessionIdSchema } from '../ids.ts';
import { conversationSettingsSchema } from '../settings.ts';
import { usageViewSchema } from './usageViews.ts';
import {
  buildViewSchema,
  callViewSchema,
  changeViewSchema,
  frameViewSchema,
  healthViewSchema,
  messageViewSchema,
  sessionViewSchema,
  turnStateSchema,
} from './views.ts';
import { voiceStateSchema } from './voice.ts';

/** Every event that the bridge pushes to the window. A view replaces the one with its id; a delta appends. */
export const pushedSchemas = {
  'session.changed': z.object({ session: sessionViewSchema }),
  'session.deleted': z.object({ sessionIds: z.array(sessionIdSchema) }),
  'message.changed': z.object({ message: messageViewSchema }),
  /** `offset` is the length of the text before this delta: a window that missed one opens the session again. */
  'message.streamed': z.object({
    sessionId: sessionIdSchema,
    messageId: z.string(),
    offset: z.int().nonnegative(),
    delta: z.string(),
  }),
  'call.changed': z.object({ call: callViewSchema }),
  'change.changed': z.object({ change: changeViewSchema }),
  'frame.added': z.object({ frame: frameViewSchema }),
  'build.changed': z.object({ build: buildViewSchema }),
  /** An alert of the servers was raised, or is over. Of a source, rule and group at most one is open. */
  'alert.changed': z.object({ alert: alertSchema }),
  'health.changed': z.object({ health: healthViewSchema }),
  'turn.changed': z.object({ sessionId: sessionIdSchema, state: turnStateSchema }),
  /** At most four a second for a session; the last state always follows. */
  'usage.changed': z.object({ usage: usageViewSchema }),
  /** The program was opened again with another configuration, or its data were erased: everything is asked for again. */
  'app.reopened': z.object({}),
  /** A link of the system named this session: the window goes there. Only the desktop app pushes it. */
  'app.link_opened': z.object({ sessionId: sessionIdSchema }),
  /** The rules of a project have a new version. */
  'rules.changed': z.object({ projectName: z.string() }),
  'prompts.changed': z.object({}),
  'settings.changed': z.object({ settings: conversationSettingsSchema }),
  /** `detail` says why, for a person, where that is not plain. */
  'voice.changed': z.object({ sessionId: sessionIdSchema, state: voiceStateSchema, detail: z.string().optional() }),
  /** More of a spoken answer; `sequence` counts from 0 for each message. */
  'voice.audio': z.object({
    sessionId: sessionIdSchema,
    messageId: z.string(),
    sequence: z.int().nonnegative(),
    base64: z.string(),
  }),
} as const;

export type PushedName = keyof typeof pushedSchemas;
export type PushedPayload<P extends PushedName> = z.infer<(typeof pushedSchemas)[P]>;
export type PushedEvent = { [P in PushedName]: { readonly name: P; readonly payload: PushedPayload<P> } }[PushedName];
