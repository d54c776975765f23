import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { makeSender, parseHandshake, readMessages, type Handshake, type Reply } from './messages.ts';

/** The two ends of the pipe to Storm. */
export interface Pipes {
  readonly input: Readable;
  readonly output: Writable;
}

export interface Session {
  readonly send: (reply: Reply) => void;
  /** What follows the handshake, without the answers to emits. */
  readonly messages: AsyncIterable<unknown>;
}

/**
 * Answers the handshake once `open` is done: an empty file named by our process id, which Storm ends when it kills the
 * worker, then the id itself. Null when Storm went before it said anything.
 */
export async function openSession(
  { input, output }: Pipes,
  open: (handshake: Handshake) => Promise<void>,
): Promise<Session | null> {
  const send = makeSender(output);
  const messages = readMessages(input);
  const first = await messages.next();
  if (first.done === true) return null;
  const handshake = parseHandshake(first.value);
  closeSync(openSync(join(handshake.pidDir, String(process.pid)), 'w'));
  await open(handshake);
  send({ pid: process.pid });
  return { send, messages: withoutTaskIds(messages) };
}

async function* withoutTaskIds(messages: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  for await (const message of messages) if (!Array.isArray(message)) yield message;
}
