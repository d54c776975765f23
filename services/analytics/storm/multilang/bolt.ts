import { parseTuple, type Handshake, type Tuple } from './messages.ts';
import { openSession, type Pipes } from './session.ts';

/** Emits on a stream, `default` unless named; within a tuple it is anchored to it, so that its failure is the tuple's. */
export type EmitFromBolt = (values: readonly unknown[], stream?: string) => void;

export interface Bolt {
  /** Before the first tuple. */
  readonly open?: (handshake: Handshake) => Promise<void>;
  /** The tuple is acknowledged when this resolves; when it rejects, Storm is told and the tuple fails: it comes again. */
  readonly process: (tuple: Tuple, emit: EmitFromBolt) => Promise<void>;
  /** At every `topology.tick.tuple.freq.secs`. */
  readonly tick?: () => Promise<void>;
}

const systemTask = -1;

/** Runs until Storm closes the input. One tuple at a time, in the order in which they come. */
export async function runBolt(pipes: Pipes, bolt: Bolt): Promise<void> {
  const session = await openSession(pipes, async (handshake) => bolt.open?.(handshake));
  if (session === null) return;
  const { send, messages } = session;
  for await (const message of messages) {
    const tuple = parseTuple(message);
    if (tuple.task === systemTask && tuple.stream === '__heartbeat') {
      send({ command: 'sync' });
      continue;
    }
    const emit: EmitFromBolt = (values, stream = 'default') => {
      send({ command: 'emit', tuple: values, stream, anchors: [tuple.id], need_task_ids: false });
    };
    try {
      if (tuple.task === systemTask && tuple.stream === '__tick') await bolt.tick?.();
      else await bolt.process(tuple, emit);
      send({ command: 'ack', id: tuple.id });
    } catch (error) {
      send({ command: 'error', msg: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      send({ command: 'fail', id: tuple.id });
    }
  }
}
