import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError, ValidationError } from '../../../shared/errors/index.ts';
import { configExitCode, loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { rulesFile } from './rules/file.ts';
import { readRules } from './rules/readRules.ts';
import { buildTopology, topologyFile, type Topology } from './topology/build.ts';
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
        loadConfig(readEnvironment(), ['NATS_URL'], ['NATS_URL']);
        const topology = await build(builtDir, lifecycle.signal);
        const storm = startLocalStorm({ topology, name: 'spark-alerts', env: {} });
        lifecycle.own('storm', () => storm.stop());
        const code = await storm.ended;
        if (!lifecycle.signal.aborted)
          throw new AppError('stack_failed', `Storm ended by itself, with exit code ${code ?? 'of a signal'}.`);
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
