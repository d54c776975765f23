import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsLink } from './connect.ts';
import { orMissing } from './setupErrors.ts';

export interface NatsFacts {
  /** `2.12.1`. */
  readonly version: string;
  /** `10.0.0.1:4222`: the one of several that is connected. */
  readonly server: string;
  /** Null on a single server. */
  readonly cluster: string | null;
  readonly roundTripMs: number;
}

/** About the server at the other end. Rejects with a DependencyError while there is none. */
export function readNatsFacts(link: NatsLink): Promise<NatsFacts> {
  return link.use(async (connection) => ({
    version: connection.info?.version ?? 'unknown',
    server: connection.getServer(),
    cluster: connection.info?.cluster ?? null,
    roundTripMs: await connection.rtt(),
  }));
}

/**
 * The clock that the messages of a stream are stamped with (its leader's), in milliseconds since 1970; null where it
 * cannot be told: there is no such stream, or the server is older than 2.10.
 */
export function readNatsClock(link: NatsLink, stream: string): Promise<number | null> {
  return link.use(async (connection) => {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const info = await orMissing(() => manager.streams.info(stream));
    const told = info !== undefined && 'ts' in info && typeof info.ts === 'string' ? Date.parse(info.ts) : Number.NaN;
    return Number.isNaN(told) ? null : told;
  });
}
