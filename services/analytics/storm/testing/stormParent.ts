import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { readMessages } from '../multilang/messages.ts';

const replySchema = z.looseObject({
  pid: z.number().optional(),
  command: z.string().optional(),
  id: z.string().optional(),
  msg: z.string().optional(),
  stream: z.string().optional(),
  tuple: z.array(z.unknown()).optional(),
  anchors: z.array(z.string()).optional(),
});
type Reply = z.infer<typeof replySchema>;

/** Storm's end of the pipe to one spout or bolt. */
export interface StormParent {
  readonly pidDir: string;
  readonly send: (message: unknown) => void;
  /** Sends a tuple to a bolt and returns all that it says up to its ack or fail, that included. */
  readonly tuple: (values: readonly unknown[], over?: Readonly<Record<string, unknown>>) => Promise<Reply[]>;
  /** Sends a command to a spout and returns all that it says before its sync. */
  readonly command: (command: string, id?: string) => Promise<Reply[]>;
  readonly next: () => Promise<Reply>;
  readonly close: () => Promise<void>;
}

/** Shakes hands with what reads `input` and writes `output`; rejects when it ends first. */
export async function makeStormParent(pipes: {
  readonly input: Writable;
  readonly output: Readable;
}): Promise<StormParent> {
  const pidDir = await mkdtemp(join(tmpdir(), 'spark-storm-'));
  const replies = readMessages(pipes.output);
  let tuples = 0;
  const send = (message: unknown): void => {
    pipes.input.write(`${JSON.stringify(message)}\nend\n`);
  };
  async function next(): Promise<Reply> {
    const { value, done } = await replies.next();
    if (done === true) throw new Error('the pipe was closed');
    return replySchema.parse(value);
  }
  async function until(isLast: (reply: Reply) => boolean): Promise<Reply[]> {
    const said: Reply[] = [];
    for (;;) {
      const reply = await next();
      said.push(reply);
      if (isLast(reply)) return said;
    }
  }

  send({ conf: { 'topology.name': 'test' }, pidDir, context: { taskid: 3 } });
  const hello = await next();
  if (hello.pid === undefined) throw new Error('no process id');
  return {
    pidDir,
    send,
    tuple(values, over = {}) {
      tuples += 1;
      send({ id: String(tuples), comp: 'c', stream: 'default', task: 1, tuple: values, ...over });
      return until(({ command }) => command === 'ack' || command === 'fail');
    },
    async command(command, id) {
      send({ command, ...(id === undefined ? {} : { id }) });
      return (await until((reply) => reply.command === 'sync')).slice(0, -1);
    },
    next,
    async close() {
      pipes.input.end();
      await rm(pidDir, { recursive: true, force: true });
    },
  };
}
