import { Command } from 'commander';
import { makeDatabase, type Database } from '../../../database/index.ts';
import { explainConfig, readLayers, type EnvironmentLayers } from '../../../shared/node/config/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { connectNats, natsFilesOf } from '../../../shared/node/messaging/index.ts';
import { consumerVariables, loadSettings, requiredVariables, type Settings } from '../settings.ts';
import { natsProbes } from './natsProbes.ts';
import { primaryProbes, replicaProbes } from './postgresProbes.ts';
import { formatReport, makeReport, type CheckReport } from './print.ts';
import { probeServer, type CheckLine } from './report.ts';

/** A server that does not answer for this long is not asked again. */
const probeLimitMs = 10_000;

export interface CheckNeeds {
  readonly lifecycle: Lifecycle;
  /** Silent but for what is fatal: nothing may stand among the lines. */
  readonly logger: Logger;
}

/** `check`; `run` ends the program with the code that the task resolves to. */
export function checkCommand(
  run: (task: (needs: CheckNeeds) => Promise<number>) => Promise<void>,
  { version, say }: { readonly version: string; readonly say: (text: string) => void },
): Command {
  return new Command('check')
    .description(
      'test the configuration, NATS and PostgreSQL, and say what to do; changes nothing. Exit code 1 when anything ' +
        'failed, 0 otherwise, also with warnings',
    )
    .option('--json', 'one JSON object')
    .action(({ json = false }: { readonly json?: boolean }) =>
      run(async (needs) => {
        const report = await checkAll(readLayers(), version, needs);
        say(json ? JSON.stringify(report) : formatReport(report));
        return report.ok ? 0 : 1;
      }),
    );
}

/** Everything that `check` looks at, with this configuration. Never rejects for a server that is away. */
export async function checkAll(layers: EnvironmentLayers, version: string, needs: CheckNeeds): Promise<CheckReport> {
  const configuration = explainConfig(layers, consumerVariables, requiredVariables);
  const isRight = configuration.every(({ problems }) => problems.length === 0);
  const checks = isRight
    ? await checkServers(loadSettings({ ...layers.file, ...layers.environment }), needs)
    : notTested;
  return makeReport({ version, configuration, checks });
}

const notTested: readonly CheckLine[] = ['NATS', 'PostgreSQL'].map((name) => ({
  name,
  state: 'failed',
  found: 'not tested: the configuration is wrong',
  advice: 'Correct it and check again.',
}));

/** All servers at the same time; never rejects for one that is away. */
async function checkServers(settings: Settings, { lifecycle, logger }: CheckNeeds): Promise<CheckLine[]> {
  const open = (config: Settings): Database =>
    // A question that is not answered in time must not hold up the end.
    makeDatabase({
      config,
      logger,
      lifecycle,
      applicationName: 'spark-nats-consumer check',
      statementTimeoutMs: 5_000,
    });
  const { SLATE_DB_REPLICA_HOST: replicaHost, SPARK_DB_REPLICA_PORT: replicaPort, ...rest } = settings;
  const alone = { ...rest, SLATE_DB_REPLICA_HOST: undefined, SPARK_DB_REPLICA_PORT: undefined };
  const both = open(settings);
  const onReplica =
    replicaHost === undefined
      ? undefined
      : open({ ...alone, SLATE_DB_HOST: replicaHost, SLATE_DB_PORT: replicaPort ?? settings.SLATE_DB_PORT });
  const link = connectNats({
    url: settings.NATS_URL,
    files: natsFilesOf(settings),
    name: 'spark-nats-consumer',
    logger,
  });
  lifecycle.own('nats', () => link.close());
  const groups = await Promise.all(
    [natsProbes(link, settings, lifecycle.signal), primaryProbes(open(alone)), replicaProbes(both, onReplica)].map(
      (probes) => probeServer(probes, probeLimitMs),
    ),
  );
  return groups.flat();
}
