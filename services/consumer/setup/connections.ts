import {
  canConsumerLogIn,
  compareSchema,
  consumerRole,
  findMissingGrants,
  makeDatabase,
  type Database,
} from '../../../database/index.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { connectNats, natsFilesOf, readNatsFacts, type NatsLink } from '../../../shared/node/messaging/index.ts';
import type { Settings } from '../settings.ts';
import { readyWithin } from '../startup.ts';
import type { SetupNeeds } from './types.ts';

type Tools = Pick<SetupNeeds, 'logger' | 'lifecycle'>;
const connectMs = 5_000;

/** Runs `work` with a connection of its own to NATS. Rejects with a DependencyError when there is none in 5 s. */
export async function withNats<T>(
  settings: Settings,
  { logger, lifecycle }: Tools,
  work: (link: NatsLink) => Promise<T>,
): Promise<T> {
  const link = connectNats({
    url: settings.NATS_URL,
    files: natsFilesOf(settings),
    name: 'spark-nats-consumer',
    logger,
    signal: lifecycle.signal,
  });
  try {
    await readyWithin(connectMs, link, lifecycle.signal);
    return await work(link);
  } finally {
    await link.close();
  }
}

/** The same for PostgreSQL's primary. */
export async function withDatabase<T>(
  settings: Settings,
  { logger, lifecycle }: Tools,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  lifecycle.signal.throwIfAborted();
  const own = makeLifecycle({ logger });
  const config = { ...settings, SLATE_DB_REPLICA_HOST: undefined, SPARK_DB_REPLICA_PORT: undefined };
  const database = makeDatabase({
    config,
    logger,
    lifecycle: own,
    applicationName: 'spark-nats-consumer setup',
    statementTimeoutMs: 60_000,
  });
  try {
    return await work(database);
  } finally {
    await own.shutdown('done');
  }
}

/** What NATS is, for a person. */
export const describeNats = (link: NatsLink): Promise<string> =>
  readNatsFacts(link).then(({ server, version }) => `${server}, nats-server ${version}`);

/** What stands between this login and events in the database; empty: nothing. */
export async function findGaps(settings: Settings, tools: Tools): Promise<string[]> {
  try {
    return await withDatabase(settings, tools, (database) =>
      database.write(async (client) => {
        const { pending } = await compareSchema(client);
        if (pending.length > 0) return [`the schema lacks ${pending.join(', ')}`];
        const missing = await findMissingGrants(client);
        return missing.length === 0 ? [] : [`${settings.SLATE_DB_USER} lacks ${missing.join(', ')}`];
      }),
    );
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    return [error.message];
  }
}

/** Refuses what an admin's login cannot mend: a password that somebody else knows. */
export async function checkConsumerLogin(settings: Settings, admin: Settings, tools: Tools): Promise<string | null> {
  if (settings.SLATE_DB_USER !== consumerRole)
    return `SLATE_DB_USER is ${settings.SLATE_DB_USER}; the setup makes ${consumerRole} only. Set it to that, or give the role its rights with spark-db roles.`;
  const exists = await withDatabase(admin, tools, (database) => canConsumerLogIn(database));
  if (!exists) return null;
  // Its login works, then: only schema or grants are missing.
  const works = await withDatabase(settings, tools, (database) => database.health());
  return works.primary.latencyMs === null
    ? `${consumerRole} is there already, with another password: set SLATE_DB_PASSWORD to it (${works.primary.detail}).`
    : null;
}
