import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { AppError, ValidationError } from '../../../shared/errors/index.ts';
import { configExitCode, loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { startStormCluster } from './cluster/cluster.ts';
import { taskVariables } from './multilang/variables.ts';
import { rulesFile } from './rules/file.ts';
import { readRules } from './rules/readRules.ts';
import { buildTopology, findTopology, topologyFile, type Topology } from './topology/build.ts';
import { startLocalStorm } from './topology/local.ts';

const program = new Command('analytics:storm')
  .description("SPARK's alerts on Apache Storm. Rules are YAML; the topology is Flux with spout and bolts in Node.")
  .showHelpAfterError();

program
  .command('check')
  .description('read a rule file and tell every mistake at once; exit code 78 when there is one')
  .argument('[file]', 'rules; those that come with SPARK when not given', rulesFile)
  .action((file: string) => {
    process.exitCode = check(file);
  });

const builtDir = resolve('.spark', 'storm');
const logger = makeLogger({ name: 'spark-storm', level: 'info' });

program
  .command('build')
  .description('make what is submitted to a cluster: a jar with spout, bolts and rules, and Storm’s own jars beside it')
  .argument('[folder]', 'where to', builtDir)
  .action((folder: string) =>
    runProgram({
      logger,
      async run({ signal }) {
        const { jar } = await build(folder, signal);
        console.log(`${jar}\nSubmit it with ${topologyFile}: services/analytics/storm/README.md says how.`);
      },
    }),
  );

program
  .command('run')
  .description('run the topology in one JVM on this machine, against NATS_URL, until Ctrl-C')
  .action(() =>
    runProgram({
      logger,
      async run(lifecycle) {
        // Named here, and not by a bolt in the middle of Storm's log.
        loadConfig(readEnvironment(), taskVariables, ['NATS_URL']);
        const topology = await build(builtDir, lifecycle.signal);
        const storm = startLocalStorm({ topology, name: 'spark-alerts', env: {} });
        lifecycle.own('storm', () => storm.stop());
        const how = await storm.ended;
        if (!lifecycle.signal.aborted) throw new AppError('stack_failed', `Storm ended by itself: ${how}.`);
      },
    }),
  );

program
  .command('cluster')
  .description('run a Storm cluster on this machine with the topology in it, against NATS_URL, until Ctrl-C')
  .option('--state-dir <folder>', 'logs, and what a run needs', join(builtDir, 'cluster'))
  .option('--topology <folder>', 'what "build" made there, so that neither Maven nor a network is needed')
  .action(({ stateDir, topology: folder }: { readonly stateDir: string; readonly topology?: string }) =>
    runProgram({
      logger,
      deadlineMs: 40_000,
      async run(lifecycle) {
        const { signal } = lifecycle;
        loadConfig(readEnvironment(), taskVariables, ['NATS_URL']);
        const topology = folder === undefined ? await build(builtDir, signal) : findTopology(resolve(folder));
        const options = { topology, name: 'spark-alerts', stateDir: resolve(stateDir), logger };
        const starting = startStormCluster(options, signal);
        // Registered before it has started: a shutdown in between waits until the start has cleaned up after itself.
        lifecycle.own('storm', async () => {
          const cluster = await starting.catch(() => undefined);
          await cluster?.stop();
        });
        const { nimbusPort } = await starting;
        console.log(JSON.stringify({ ready: true, nimbusPort, logs: join(options.stateDir, 'logs') }));
        await once(signal, 'abort');
      },
    }),
  );

async function build(folder: string, signal: AbortSignal): Promise<Topology> {
  await mkdir(folder, { recursive: true });
  const built = await buildTopology(resolve(folder), signal);
  if ('missing' in built) throw new AppError('stack_failed', `${built.missing}. Nothing was made.`);
  return built;
}

function check(file: string): number {
  try {
    const rules = readRules(readFileSync(file, 'utf8'), file);
    for (const { id, kind, severity } of rules) console.log(`${id}  ${kind}  ${severity}`);
    return 0;
  } catch (error) {
    const isAway = error instanceof Error && 'syscall' in error;
    if (!(error instanceof ValidationError) && !isAway) throw error;
    console.error(error.message);
    return configExitCode;
  }
}

await program.parseAsync();
