import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { ValidationError, issuesOf } from '../../../../shared/errors/index.ts';

/*
 * Storm's multilang protocol (storm.apache.org, "Multi-Language Protocol"): JSON messages over standard input and output,
 * each followed by a line `end`. Standard output belongs to it: whatever else is written there breaks the pipe.
 */

/** What Storm sends first. */
const handshakeSchema = z.looseObject({
  pidDir: z.string().min(1),
  conf: z.record(z.string(), z.unknown()),
  context: z.looseObject({ taskid: z.int().optional() }),
});
export type Handshake = z.infer<typeof handshakeSchema>;

/** A tuple for a bolt; ticks and heartbeats are tuples of task -1. */
const tupleSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  comp: z.string().nullish(),
  stream: z.string().nullish(),
  task: z.int(),
  tuple: z.array(z.unknown()),
});
export type Tuple = z.infer<typeof tupleSchema>;

const commandSchema = z.object({
  command: z.enum(['next', 'ack', 'fail', 'activate', 'deactivate']),
  id: z.union([z.string(), z.number()]).transform(String).optional(),
});
export type SpoutCommand = z.infer<typeof commandSchema>;

export const parseHandshake = (value: unknown): Handshake => parse(handshakeSchema, value, 'handshake');
export const parseTuple = (value: unknown): Tuple => parse(tupleSchema, value, 'tuple');
export const parseCommand = (value: unknown): SpoutCommand => parse(commandSchema, value, 'command');

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ValidationError(`Storm sent no ${what} of the multilang protocol.`, issuesOf(parsed.error));
}

/** What we send. `need_task_ids` is always false: nobody here needs to know where a tuple went. */
export type Reply =
  | { readonly pid: number }
  | { readonly command: 'sync' }
  | { readonly command: 'ack' | 'fail'; readonly id: string }
  | { readonly command: 'log'; readonly msg: string; readonly level: number }
  | { readonly command: 'error'; readonly msg: string }
  | {
      readonly command: 'emit';
      readonly tuple: readonly unknown[];
      readonly stream: string;
      readonly need_task_ids: false;
      readonly id?: string;
      readonly anchors?: readonly string[];
    };

export const makeSender =
  (output: Writable) =>
  (reply: Reply): void => {
    output.write(`${JSON.stringify(reply)}\nend\n`);
  };

/** The messages until the input ends. Throws a ValidationError when one is no JSON: what follows cannot be told apart. */
export async function* readMessages(input: Readable): AsyncGenerator<unknown, void, undefined> {
  let lines: string[] = [];
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line !== 'end') {
      lines.push(line);
      continue;
    }
    const text = lines.join('\n');
    lines = [];
    try {
      yield JSON.parse(text) as unknown;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new ValidationError('Storm sent a message that is no JSON.', [{ path: '(root)', message: cause.message }]);
    }
  }
}
