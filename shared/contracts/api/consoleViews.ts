import { z } from 'zod';

/** A place in the console of one editor; only the bridge reads it. */
export const consoleEndSchema = z.object({
  instanceId: z.string().max(512).nullable(),
  total: z.int().nonnegative(),
  print: z.string().max(64),
});

export const consoleLineSchema = z.object({
  /** Its number in the console, from 0; another line may have it once the console was cleared. */
  place: z.int().nonnegative(),
  severity: z.enum(['error', 'warning', 'log']),
  message: z.string(),
  /** Characters left out at the end of the message. */
  cut: z.int().positive().optional(),
  /** C# compiler code such as CS1002. */
  code: z.string().optional(),
  file: z.string().optional(),
  line: z.int().nonnegative().optional(),
  column: z.int().nonnegative().optional(),
  /**
   * The newest call that had begun its work when the line appeared, of whatever session. Null: there was none, or it is
   * not known, because the console was cleared or its messages were replaced since.
   */
  after: z.object({ sessionId: z.string(), callId: z.string() }).nullable(),
});
export type ConsoleLine = z.infer<typeof consoleLineSchema>;

export const consoleReadingSchema = z.object({
  kind: z.literal('read'),
  end: consoleEndSchema,
  /** Older lines that are not here. */
  from: z.int().nonnegative(),
  /** Oldest first. */
  lines: z.array(consoleLineSchema),
  /** What the calls that `after` names did, in a line each; of any session. */
  calls: z.array(z.object({ sessionId: z.string(), callId: z.string(), summary: z.string() })),
});
export type ConsoleReading = z.infer<typeof consoleReadingSchema>;
