import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import packageJson from '../../../../package.json' with { type: 'json' };
import { runProgram } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { sayingWhatFailed } from '../../stack/failure.ts';
import { openAnalytics } from './environment.ts';
import { engineNames, findMissing, type EngineName } from './engines.ts';
import { planLoad } from './load/plan.ts';
import { watchMemory } from './memory.ts';
import { playAnalytics } from './play.ts';
import { renderReport } from './report.ts';

const command = new Command('analytics:demo')
  .description(
    'Runs the whole analytics tier on this machine: PostgreSQL with its replica, NATS, the consumer, Flink, Storm, Airflow and ' +
      'the analytics API. Sends ten minutes of a team’s work in seconds, and compares what each of them counted.',
  )
  .option('--json', 'print the report as one JSON object on standard output')
  .option('--events <n>', 'how many events are sent', parseCount, 6_000)
  .option('--minutes <n>', 'over how many minutes they are spread', parseCount, 12)
  .option('--seed <n>', 'another seed is another load', parseCount, 1)
  .option('--without <engines>', `leave some out: ${engineNames.join(',')}`, parseEngines, [])
  .option('--keep', 'stay up afterwards and print the addresses')
  .version(packageJson.version);
command.parse();
const flags = command.opts<{
  json?: true;
  events: number;
  minutes: number;
  seed: number;
  without: readonly EngineName[];
  keep?: true;
}>();

const say = (line: string): void => console.error(line);
const logger = makeLogger({ name: 'analytics-demo', level: 'error' });

await runProgram({
  logger,
  // Flink and Storm end their own processes first.
  deadlineMs: 60_000,
  run: sayingWhatFailed(async (lifecycle) => {
    const begun = performance.now();
    const { without } = flags;
    const missing = await findMissing(without, lifecycle.signal);
    if (missing.length > 0) {
      say(`This machine lacks what the analytics need:\n${missing.map((line) => `  - ${line}`).join('\n')}`);
      say('Nothing was started. Get them, or leave these engines out with --without, which the result then says.');
      return 1;
    }
    const onProgress = (message: string): void => say(`… ${message}`);
    const environment = await openAnalytics({ lifecycle, logger, onProgress });
    const memory = watchMemory(() => ({ ...environment.pids(), 'all of it, this program too': process.pid }));
    lifecycle.own('memory', () => memory.stop());
    const plan = planLoad({ nowMs: Date.now(), ...flags });
    const { report } = await playAnalytics({ environment, plan, without, onProgress });
    const totalSeconds = Math.round((performance.now() - begun) / 100) / 10;
    const whole = { ...report, totalSeconds, memoryMb: memory.peaks() };
    console[flags.json === true ? 'error' : 'log'](renderReport(whole));
    if (flags.json === true) console.log(JSON.stringify(whole));
    if (flags.keep === true) {
      const { url, token } = environment.api;
      say(`\nSLATE_ANALYTICS_URL=${url}\nSLATE_ANALYTICS_TOKEN=${token}`);
      for (const [name, value] of Object.entries(environment.stack.env)) say(`${name}=${value}`);
      say('Stop with Ctrl-C.');
      await new Promise<void>((resolve) =>
        environment.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      environment.signal.throwIfAborted();
    }
    return report.ok ? 0 : 1;
  }),
});

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1_000_000)
    throw new InvalidArgumentError('It must be a whole number from 1 to 1,000,000.');
  return count;
}

function parseEngines(text: string): readonly EngineName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !engineNames.some((known) => known === name));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`It may name ${engineNames.join(', ')}, not ${unknown.join(', ')}.`);
  return engineNames.filter((name) => names.includes(name));
}
