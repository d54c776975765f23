import {
  compareSchema,
  findMissingGrants,
  findMissingMonths,
  readPostgresClock,
  readPostgresFacts,
  type Database,
} from '../../../database/index.ts';
import { compareClock } from './clock.ts';
import { failed, ok, warning, type Finding, type ServerProbes } from './report.ts';

const oldest = 15;
const newest = 18;

/** What the consumer needs of the primary; asks and changes nothing. */
export function primaryProbes(database: Pick<Database, 'health' | 'read'>): ServerProbes {
  /** `read` of a database without a replica asks the primary. */
  const ask = async <T>(question: Parameters<typeof database.read<T>>[0]): Promise<T> =>
    (await database.read(question)).value;
  return {
    advice: 'Check SLATE_DB_*, SPARK_DB_SSL*, pg_hba.conf and that the server runs: docs/guides/database.md.',
    connection: { name: 'PostgreSQL primary', run: () => primary(database) },
    others: [
      {
        name: 'schema',
        run: async () => judgeSchema(await ask(compareSchema)),
      },
      {
        name: 'grants',
        run: async () => {
          const missing = await ask(findMissingGrants);
          if (missing.length === 0) return ok('as this version needs them');
          return failed(`missing: ${missing.join(', ')}`, 'Run spark-db roles as an admin.');
        },
      },
      {
        name: 'partitions',
        run: async () => {
          const missing = await ask(findMissingMonths);
          if (missing.length === 0) return ok('this month and the next one are there');
          return warning(
            `missing: ${missing.join(', ')}`,
            'The consumer makes them when it runs; now: spark-db partitions.',
          );
        },
      },
      { name: 'clock of PostgreSQL', run: () => compareClock('PostgreSQL', () => ask(readPostgresClock)) },
    ],
  };
}

async function primary(database: Pick<Database, 'health' | 'read'>): Promise<Finding> {
  const facts = (await database.read(readPostgresFacts)).value;
  if (facts === undefined) throw new Error('it told nothing about itself');
  const { version, major, role, database: name, tls } = facts;
  const found = `PostgreSQL ${version}, database ${name}, role ${role}, ${tls ?? 'not encrypted'}`;
  if (facts.inRecovery) return failed(`${found}: it is a replica`, 'Point SLATE_DB_HOST at the primary.');
  if (facts.readOnly) {
    return failed(
      `${found}: it takes no writes`,
      'Look at default_transaction_read_only of server, database and role.',
    );
  }
  if (major < oldest) return failed(`${found}: too old`, `SPARK needs PostgreSQL ${oldest} to ${newest}: upgrade it.`);
  const { primary: health } = await database.health();
  const answers = `${found}, answers in ${(health.latencyMs ?? 0).toFixed(1)} ms, timeline ${health.timeline ?? 'unknown'}`;
  return major > newest
    ? warning(`${answers}: newer than tested`, `SPARK is tested with ${oldest} to ${newest}.`)
    : ok(answers);
}

function judgeSchema({ applied, pending, unknown }: Awaited<ReturnType<typeof compareSchema>>): Finding {
  const is = `at ${applied.at(-1) ?? 'nothing'}`;
  if (pending.length > 0) {
    return failed(
      `${is}, older than this version: ${pending.join(', ')} missing`,
      'Run spark-db migrate as the owner of the tables.',
    );
  }
  if (unknown.length > 0) {
    return warning(
      `newer than this version: it has ${unknown.join(', ')}`,
      'Events are written all the same; install the newer consumer.',
    );
  }
  return ok(is);
}

/**
 * The streaming replica, which the app reads from and the consumer does not. `onReplica` reaches it as if it were the
 * primary; absent when none is configured.
 */
export function replicaProbes(
  database: Pick<Database, 'health'>,
  onReplica: Pick<Database, 'read'> | undefined,
): ServerProbes {
  return {
    advice: 'The consumer works without it; the app reads from it. Check SLATE_DB_REPLICA_HOST and that server.',
    connection: {
      name: 'PostgreSQL replica',
      run: async () => {
        if (onReplica === undefined) return ok('none is configured; the app reads from the primary');
        const { replica } = await database.health();
        // Away, or no replica at all: it says which.
        if (replica.latencyMs === null) throw new Error(replica.detail);
        const facts = (await onReplica.read(readPostgresFacts)).value;
        const lag = replica.lagMs === null ? 'lag unknown' : `${Math.round(replica.lagMs)} ms behind`;
        const found = `PostgreSQL ${facts?.version ?? 'unknown'}, ${lag}${replica.lagBytes === null ? '' : `, ${replica.lagBytes} bytes`}`;
        if (facts?.receiving !== true) {
          return warning(
            `${found}, not streaming`,
            'Look at its log and at pg_stat_replication on the primary; what it shows grows old.',
          );
        }
        if (!replica.ok)
          return warning(`${found}: ${replica.detail}`, 'Reads go to the primary until it has caught up.');
        return ok(`${found}, streaming`);
      },
    },
    others: [],
  };
}
