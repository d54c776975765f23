import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { durableName, streamName } from '../../contracts/index.ts';
import { DependencyError } from '../../errors/index.ts';
import { describe } from './configChange.ts';
import type { NatsLink } from './connect.ts';
import { orMissing } from './setupErrors.ts';
import type { SetupChanges } from './streams.ts';

export interface DurableOptions {
  readonly ackWaitMs: number;
  /** Of all instances together, with what was given back to come later; -1: no limit. The default of 1,000 starves. */
  readonly maxAckPending: number;
  /** Changes nothing and says what it would change. */
  readonly dryRun?: boolean;
  /** `SPARK` unless given. */
  readonly stream?: string;
  /** The consumer's own unless given. */
  readonly name?: string;
  /** Where a new durable begins: with all that the stream has (unless given), or with what comes from now on. */
  readonly from?: 'all' | 'now';
}

/**
 * Makes a durable pull consumer, or brings its limits up to date. Rejects with a DependencyError; with one
 * that is final when somebody made the durable with another acknowledgement than explicit, which loses events.
 */
export function ensureDurable(link: NatsLink, options: DurableOptions): Promise<SetupChanges> {
  const { dryRun = false, stream = streamName, name = durableName, from = 'all' } = options;
  return link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    const wanted = { ack_wait: nanos(options.ackWaitMs), max_ack_pending: options.maxAckPending, max_deliver: -1 };
    const existing = await orMissing(() => manager.consumers.info(stream, name));
    if (existing === undefined) {
      if (dryRun) return [`would make consumer ${name}`];
      await manager.consumers.add(stream, {
        durable_name: name,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: from === 'all' ? DeliverPolicy.All : DeliverPolicy.New,
        ...wanted,
      });
      return [`made consumer ${name}`];
    }
    if (existing.config.ack_policy !== AckPolicy.Explicit) throw wrongPolicy(name, existing.config.ack_policy);
    const current = new Map<string, unknown>(Object.entries(existing.config));
    const changed = Object.entries(wanted).filter(([key, value]) => value !== current.get(key));
    if (changed.length === 0) return [];
    if (!dryRun) await manager.consumers.update(stream, name, wanted);
    const steps = changed.map(([key, value]) => `${key} ${describe(key, current.get(key))} → ${describe(key, value)}`);
    return [`${dryRun ? 'would update' : 'updated'} consumer ${name}: ${steps.join(', ')}`];
  });
}

const wrongPolicy = (name: string, policy: string): DependencyError =>
  new DependencyError(
    'nats_rejected',
    `Consumer ${name} acknowledges "${policy}" and not "explicit", which loses events when a consumer dies, and JetStream cannot change it. Nothing was changed. Delete the durable and set up again: every event of the stream is then delivered once more, which changes no row.`,
    { retryable: false },
  );
