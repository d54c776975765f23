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
      'Unity and the model), each figure against the same work without SPARK where there is such work. At most fifteen ' +
      'minutes; the groups that take longer run only by name (see --list --all). Exit code 1 when a group failed.',
  )
  .argument(
    '[ids...]',
    'metrics to measure, or the beginning of their ids (pg, consumer.latency); the usual ones when absent',
  )
  .option('--json', 'print one JSON object on standard output')
  .option('--quick', 'a smoke run with a few of everything: shows that it works, its figures mean nothing')
  .option('--list', 'print the ids')
  .option('--all', 'the groups that otherwise run only by name as well: an hour, and 30 GB of disk')
  .showHelpAfterError();
command.parse();
const {
  json = false,
  quick = false,
  list = false,
  all = false,
} = command.opts<{ json?: boolean; quick?: boolean; list?: boolean; all?: boolean }>();

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function readIds(): ReadonlySet<string> {
  try {
    return chooseIds(groups, all ? groups.flatMap((group) => group.ids) : command.args);
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
      return report.notMeasured.some(({ failed }) => failed) ? 1 : 0;
    },
  });
}
