import process from 'node:process';
import { Command } from 'commander';
import { runProgram } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { groups } from './groups/index.ts';
import { renderReport } from './report.ts';
import { chooseIds, runBench } from './run.ts';

const command = new Command('spark-bench')
  .description(
    'Measures the performance table on a real stack of its own (PostgreSQL with a replica, NATS, consumer, stand-ins for ' +
      'Unity and the model), each figure against the same work without SPARK where there is such work. At most five minutes.',
  )
  .argument('[ids...]', 'metrics to measure, or the beginning of their ids (pg, consumer.latency); all when absent')
  .option('--json', 'print one JSON object on standard output')
  .option('--quick', 'a smoke run with a few of everything: shows that it works, its figures mean nothing')
  .option('--list', 'print the ids')
  .showHelpAfterError();
command.parse();
const {
  json = false,
  quick = false,
  list = false,
} = command.opts<{ json?: boolean; quick?: boolean; list?: boolean }>();

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function readIds(): ReadonlySet<string> {
  try {
    return chooseIds(groups, command.args);
  } catch (error) {
    return command.error(error instanceof Error ? error.message : String(error), { exitCode: 64 });
  }
}

const ids = readIds();
if (list) {
  console.log([...ids].join('\n'));
} else {
  const logger = makeLogger({ name: 'spark-bench', level: 'error' });
  await runProgram({
    logger,
    deadlineMs: 30_000,
    async run(lifecycle) {
      const started = performance.now();
      const report = await runBench({ groups, ids, quick, lifecycle, logger, say: (message) => say(`  ${message}`) });
      say(`measured in ${((performance.now() - started) / 1_000).toFixed(0)} s\n`);
      say(renderReport(report));
      if (json) console.log(JSON.stringify(report));
    },
  });
}
