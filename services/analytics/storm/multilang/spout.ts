import { parseCommand, type Handshake } from './messages.ts';
import { openSession, type Pipes } from './session.ts';

/** With an id Storm follows the tuple and says `ack` or `fail`; without one nobody does. */
export type EmitFromSpout = (
  values: readonly unknown[],
  to?: { readonly id?: string; readonly stream?: string },
) => void;

export interface Spout {
  readonly open?: (handshake: Handshake) => Promise<void>;
  /** Emits what is ready. Must give the input a chance to be read where nothing is, or nothing ever comes. */
  readonly next: (emit: EmitFromSpout) => Promise<void>;
  readonly ack: (id: string) => void;
  readonly fail: (id: string) => void;
}

/** Runs until Storm closes the input; rejects with what the spout throws: Storm then starts the worker again. */
export async function runSpout(pipes: Pipes, spout: Spout): Promise<void> {
  const session = await openSession(pipes, async (handshake) => spout.open?.(handshake));
  if (session === null) return;
  const { send, messages } = session;
  const emit: EmitFromSpout = (values, { id, stream = 'default' } = {}) => {
    send({ command: 'emit', tuple: values, stream, need_task_ids: false, ...(id === undefined ? {} : { id }) });
  };
  for await (const message of messages) {
    const { command, id = '' } = parseCommand(message);
    if (command === 'next') await spout.next(emit);
    else if (command === 'ack') spout.ack(id);
    else if (command === 'fail') spout.fail(id);
    // Answers every command, activate and deactivate as well.
    send({ command: 'sync' });
  }
}
