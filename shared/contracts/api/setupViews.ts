import { z } from 'zod';
import { retentionSchema } from '../settings.ts';

/** What the window shows and changes of the program itself: its configuration, its connections and what it keeps. */

export const configSections = ['model', 'codeModel', 'unity', 'database', 'nats', 'program', 'web'] as const;

export const configItemSchema = z.object({
  /** The environment variable. */
  name: z.string(),
  section: z.enum(configSections),
  meaning: z.string(),
  kind: z.enum(['text', 'number', 'choice', 'secret']),
  choices: z.array(z.string()),
  /** `settings`: set in this window. `environment` goes before `file` (.env), and that before `settings`. */
  source: z.enum(['default', 'settings', 'file', 'environment', 'sandbox']),
  isSet: z.boolean(),
  /** What is used now; null for what is not set, and always for a secret. */
  value: z.string().nullable(),
  defaultValue: z.string().nullable(),
  /** Why it cannot be changed here; null when it can. */
  locked: z.string().nullable(),
});
export type ConfigItem = z.infer<typeof configItemSchema>;

export const configViewSchema = z.object({
  items: z.array(configItemSchema),
  /** `session`: this host has no store for secrets, so they are forgotten when SPARK ends. */
  secrets: z.enum(['kept', 'session']),
});
export type ConfigView = z.infer<typeof configViewSchema>;

/** Values by variable; null takes back what was set in the window. */
export const configValuesSchema = z.record(z.string().max(64), z.string().max(4_096).nullable());

/** How the program that shows the window stands: asked once, and again after `app.reopened`. */
export const setupViewSchema = z.object({
  /** Nothing is set up and nobody has said that it should stay so. */
  firstRun: z.boolean(),
  /** Stand-ins for Unity and the model, of this program. `none`: it has none to offer. */
  sandbox: z.enum(['none', 'off', 'on']),
  /** Of the desktop app's windows; null in a browser. */
  alwaysOnTop: z.boolean().nullable(),
});
export type SetupView = z.infer<typeof setupViewSchema>;

export const connectionTargets = ['model', 'unity', 'nats', 'primary', 'replica', 'analytics'] as const;
export const connectionTestSchema = z.object({
  status: z.enum(['ok', 'failed', 'not_set']),
  /** What was found, or what is wrong and what to do. */
  detail: z.string(),
  /** Where it was looked for, without names and passwords. */
  address: z.string().nullable(),
  latencyMs: z.number().nullable(),
});
export type ConnectionTest = z.infer<typeof connectionTestSchema>;

const count = z.int().nonnegative();

/** What a retention would take away now, and what it leaves although it is old. */
export const removalSchema = z.object({
  frames: count,
  frameBytes: count,
  sessions: count,
  /** Names of some of them. */
  titles: z.array(z.string()),
  /** Old sessions that stay: something waits to be sent, runs, or goes on in a fork. */
  keptSessions: count,
});
export type Removal = z.infer<typeof removalSchema>;

export const dataViewSchema = z.object({
  folder: z.string(),
  journalBytes: count,
  frameBytes: count,
  sessions: count,
  messages: count,
  changes: count,
  frames: count,
  /** Events that no server has yet. */
  unsentEvents: count,
  retention: retentionSchema,
});
export type DataView = z.infer<typeof dataViewSchema>;
