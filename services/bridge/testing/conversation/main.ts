import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { runProgram } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { runConversationChaos } from './chaos.ts';

/** The long form of the test that kills SPARK in the middle of conversations; `npm test` runs a few rounds. */
const integer = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number');
  return value;
};
const command = new Command('spark-conversation-chaos')
  .description('Kills the bridge at random moments of conversations, starts it again, and compares what is there.')
  .option('--rounds <n>', 'how many deaths', integer, 50)
  .option('--seed <n>', 'of when they come', integer, 1)
  .option('--json', 'print one JSON object in one line')
  .showHelpAfterError();
command.parse();
const { rounds, seed, json } = command.opts<{ rounds: number; seed: number; json?: boolean }>();

await runProgram({
  logger: makeLogger({ name: 'spark-conversation-chaos', level: 'error' }),
  async run() {
    const report = await runConversationChaos({
      rounds,
      seed,
      onProgress(round, wrong) {
        process.stderr.write(`  killed ${round} of ${rounds}${wrong.map((what) => `\n    ${what}`).join('')}\n`);
      },
    });
    console.log(JSON.stringify({ seed, ...report }, null, json === true ? 0 : 2));
    return report.ok ? 0 : 1;
  },
});
