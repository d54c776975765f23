import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { repositoryDir } from '../stack/paths.ts';
import { runBacklog, type BacklogReport } from './backlog.ts';
import { runBadInput, type BadInputReport } from './badInputRun.ts';
import { faultKinds } from './faults/index.ts';
import { runChaos, type ChaosReport } from './rounds.ts';

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number from 0 on');
  return value;
};
const oneOfTheKinds = (text: string): string[] =>
  text.split(',').map((name) => {
    if (!faultKinds.includes(name)) throw new InvalidArgumentError(`one of: ${faultKinds.join(', ')}`);
    return name;
  });

const command = new Command('npm run chaos --')
  .description(
    'Takes the data path apart while it works: a publisher, two consumers, NATS, a PostgreSQL primary and its replica, ' +
      'with faults drawn from a seed. After every round the stores are compared with the journal of what was accepted.',
  )
  .option('--rounds <n>', 'how many rounds', whole, 30)
  .option('--seed <n>', 'of every choice; the same seed makes the same choices', whole, 1)
  .option('--kinds <names>', `only these faults, separated by commas: ${faultKinds.join(', ')}`, oneOfTheKinds)
  .option('--backlog <n>', 'instead: a stopped consumer finds so many messages waiting', whole)
  .option('--bad-input <n>', 'instead: so many generated messages, half of them wrong in every way', whole)
  .option('--json', 'print one JSON object on standard output')
  .allowExcessArguments(false)
  .showHelpAfterError();
command.parse();
const { rounds, seed, kinds, backlog, badInput, json } = command.opts<{
  rounds: number;
  seed: number;
  kinds?: string[];
  backlog?: number;
  badInput?: number;
  json?: boolean;
}>();

await runProgram({
  logger: makeLogger({ name: 'spark-chaos', level: 'error' }),
  deadlineMs: 60_000,
  async run(lifecycle) {
    const common = {
      seed,
      signal: lifecycle.signal,
      folder: join(repositoryDir, '.spark', 'chaos', `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${seed}`),
      onProgress: (message: string): void => console.error(message),
    };
    const start = (): Promise<ChaosReport | BacklogReport | BadInputReport> => {
      if (backlog !== undefined) return runBacklog({ ...common, messages: backlog });
      if (badInput !== undefined) return runBadInput({ ...common, messages: badInput });
      return runChaos({ ...common, rounds, ...(kinds === undefined ? {} : { kinds }) });
    };
    const running = start();
    // Ctrl-C: the run itself ends what it started.
    lifecycle.own('chaos', () => running.then(() => undefined).catch(() => undefined));
    const report = await running;
    console.log(JSON.stringify(report, null, json === true ? 0 : 2));
    return report.ok ? 0 : 1;
  },
});
