import { Command, InvalidArgumentError } from 'commander';
import { runProgram } from '../../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../../shared/node/logging/index.ts';
import { runWriteChaos } from './chaos.ts';
import { checkLedger } from './ledger.ts';

/** The long forms of the fault and property tests of writes; `npm test` runs the short ones. */
const logger = makeLogger({ name: 'spark-unity-faults', level: 'error' });
const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on');
  return value;
};

const integer = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('a whole number');
  return value;
};

const program = new Command('spark-unity-faults').description(
  'Writes to a simulated Unity while it fails in every way.',
);
program
  .command('chaos')
  .description('many writes, a fault in each tenth; then every file is compared')
  .option('--writes <n>', 'how many', whole, 1_000)
  .option('--seed <n>', 'of when a fault comes', integer, 1)
  .option('--json', 'print one JSON object')
  .action(async ({ writes, seed, json }: { writes: number; seed: number; json?: boolean }) => {
    await runProgram({
      logger,
      async run() {
        const onProgress = (done: number): void => {
          if (done % 100 === 0) process.stderr.write(`  ${done} of ${writes} written\n`);
        };
        const report = await runWriteChaos({ writes, seed, onProgress });
        console.log(json === true ? JSON.stringify({ seed, ...report }) : JSON.stringify({ seed, ...report }, null, 2));
        return report.ok ? 0 : 1;
      },
    });
  });
program
  .command('ledger')
  .description('random interleavings of writes and faults; after each the files and the ledger must agree')
  .option('--runs <n>', 'how many', whole, 200)
  .option('--seed <n>', 'to repeat a run', integer)
  .option('--json', 'print one JSON object')
  .action(async ({ runs, seed, json }: { runs: number; seed?: number; json?: boolean }) => {
    await runProgram({
      logger,
      async run() {
        const report = await checkLedger({ runs, seed, limitMs: 24 * 3_600_000 });
        const text = `${report.runs} interleavings in ${(report.ms / 1_000).toFixed(0)} s, seed ${report.seed}`;
        console.log(json === true ? JSON.stringify(report) : (report.failure ?? text));
        return report.ok ? 0 : 1;
      },
    });
  });
await program.parseAsync();
