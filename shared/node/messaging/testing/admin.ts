import { jetstreamManager, type ConsumerConfig, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { durableName, streamName } from '../../../contracts/index.ts';
import type { NatsLink } from '../connect.ts';

/* What an administrator does to streams behind the back of SPARK's programs. */

const asAdmin = <T>(link: NatsLink, work: (manager: JetStreamManager) => Promise<T>): Promise<T> =>
  link.use(async (connection) => work(await jetstreamManager(connection)));

export const readConfig = (link: NatsLink, stream: string): Promise<StreamConfig> =>
  asAdmin(link, async (manager) => (await manager.streams.info(stream)).config);

export const addStream = (
  link: NatsLink,
  config: Partial<StreamConfig> & { readonly name: string },
): Promise<unknown> => asAdmin(link, (manager) => manager.streams.add(config));

export const editStream = (link: NatsLink, stream: string, change: Partial<StreamConfig>): Promise<unknown> =>
  asAdmin(link, (manager) => manager.streams.update(stream, change));

export const addConsumer = (link: NatsLink, config: Partial<ConsumerConfig>, stream = streamName): Promise<unknown> =>
  asAdmin(link, (manager) => manager.consumers.add(stream, config));

/** Removes the consumer's durable unless told which. */
export const removeDurable = (link: NatsLink, stream = streamName, name = durableName): Promise<unknown> =>
  asAdmin(link, (manager) => manager.consumers.delete(stream, name));

/** Empties a stream; its sequence goes on. */
export const purgeStream = (link: NatsLink, stream: string): Promise<unknown> =>
  asAdmin(link, (manager) => manager.streams.purge(stream));

export const removeStream = (link: NatsLink, stream: string): Promise<unknown> =>
  asAdmin(link, (manager) => manager.streams.delete(stream));

export const removeStreams = (link: NatsLink): Promise<void> =>
  asAdmin(link, async (manager) => {
    for await (const name of manager.streams.names()) await manager.streams.delete(name);
  });

/** Name of the server that leads a stream of a cluster. */
export const readLeader = (link: NatsLink, stream: string): Promise<string | undefined> =>
  asAdmin(link, async (manager) => (await manager.streams.info(stream)).cluster?.leader);
