import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Outcome } from './reports.ts';
import { lanes, reports, rounds, type Call, type Step } from './steps.ts';

/**
 * `npm test`: every check, all of them even when one fails; the last line is the sum over all runners. What was skipped
 * is listed above it with its reason. `npm test -- unit e2e` runs the named steps only, `e2e` each of `e2e-…`.
 *
 * The first few files whose tests failed are run once more, alone, when their round has ended. A failed test stays failed;
 * that it passes alone says only where to look: it, or what it tests, has a race. Browser tests leave a trace of that run.
 */
const mostFilesAgain = 3;

/** With `isAlone` what it says is passed on at once, else when it has ended: by then it is in a file of the reports. */
async function run(id: string, { command, env: more }: Call, isAlone: boolean): Promise<number> {
  const [file = '', ...args] = command;
  const said = join(reports, `${id}.log`);
  const output = isAlone ? 'inherit' : openSync(said, 'w');
  // Dozens of programs are started; what Node made of their sources is kept, which halves the work of each start.
  const env = { ...process.env, ...more, NODE_COMPILE_CACHE: resolve('.spark', 'cache', 'compiled') };
  const exitCode = await new Promise<number>((ended, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn(file, args, { stdio: ['ignore', output, output], shell, env });
    child.once('error', reject);
    child.once('exit', (code, signal) => ended(code ?? (signal === null ? 1 : 128)));
  });
  if (output === 'inherit') return exitCode;
  closeSync(output);
  process.stdout.write(await readFile(said));
  return exitCode;
}

/**
 * Runs and reads. A runner that ended badly without a failed test (a crash, a leaked process), or that left no report, is
 * one failure, never a crash of this script.
 */
async function perform(id: string, call: Call, isAlone: boolean): Promise<Outcome[]> {
  console.log(`\n── ${id}: ${call.command.join(' ')}${isAlone ? '' : ' (beside others)'}`);
  const started = Date.now();
  const exitCode = await run(id, call, isAlone);
  const whole = (status: Outcome['status']): Outcome => ({ key: `${id} as a whole`, file: '', status, reason: '' });
  let outcomes: Outcome[];
  try {
    outcomes = (await call.read?.()) ?? [whole(exitCode === 0 ? 'passed' : 'failed')];
  } catch (error) {
    console.error(`${id} left no readable report:`, error);
    outcomes = [whole('failed')];
  }
  if (exitCode !== 0 && count(outcomes, 'failed') === 0) outcomes.push(whole('failed'));
  console.log(`── ${id}: ${sum(outcomes)} in ${Math.round((Date.now() - started) / 1000)} s`);
  return outcomes;
}

/** Runs the first failed files alone; returns the keys of failed tests that pass then. */
async function passingAlone({ id, again }: Step, first: readonly Outcome[]): Promise<ReadonlySet<string>> {
  const failed = first.filter(({ status }) => status === 'failed');
  const files = [...new Set(failed.map(({ file }) => file))].filter((file) => file !== '').slice(0, mostFilesAgain);
  if (again === undefined || files.length === 0) return new Set();
  const second = await perform(`${id}-again`, again(files), true);
  const passed = new Set(second.filter(({ status }) => status === 'passed').map(({ key }) => key));
  return new Set(failed.map(({ key }) => key).filter((key) => passed.has(key)));
}

const count = (outcomes: readonly Outcome[], status: Outcome['status']): number =>
  outcomes.filter((outcome) => outcome.status === status).length;
const sum = (outcomes: readonly Outcome[]): string =>
  `${count(outcomes, 'passed')} passed, ${count(outcomes, 'failed')} failed, ${count(outcomes, 'skipped')} skipped`;
const list = (title: string, lines: readonly string[]): void => {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
};

const wanted = process.argv.slice(2);
const isNamed = ({ id }: Step, name: string): boolean => id === name || id.startsWith(`${name}-`);
const isWanted = (step: Step): boolean => wanted.length === 0 || wanted.some((name) => isNamed(step, name));
const unknown = wanted.find((name) => !rounds.flat().some((step) => isNamed(step, name)));
if (unknown !== undefined) {
  const known = rounds.flat().map(({ id }) => id);
  throw new Error(`There is no step ${unknown}. Known: ${known.join(', ')}.`);
}
const total: (Outcome & { readonly step: string; readonly passesAlone: boolean })[] = [];
await rm(reports, { recursive: true, force: true });
await mkdir(reports, { recursive: true });
for (const round of rounds) {
  const left = round.filter(isWanted);
  const isAlone = left.length === 1;
  const performed: [Step, Outcome[]][] = [];
  const work = async (): Promise<void> => {
    for (let step = left.shift(); step !== undefined; step = left.shift())
      performed.push([step, await perform(step.id, step, isAlone)]);
  };
  await Promise.all(Array.from({ length: lanes }, work));
  for (const [step, first] of performed) {
    const alone = await passingAlone(step, first);
    total.push(...first.map((outcome) => ({ ...outcome, step: step.id, passesAlone: alone.has(outcome.key) })));
  }
}
list(
  'Failed',
  total
    .filter(({ status }) => status === 'failed')
    .map(({ step, key, passesAlone }) => `${step}: ${key}${passesAlone ? ' (passes alone: a race)' : ''}`),
);
list(
  'Skipped',
  total.filter(({ status }) => status === 'skipped').map(({ step, key, reason }) => `${step}: ${key}: ${reason}`),
);
console.log(`\n${sum(total)}`);
process.exitCode = count(total, 'failed') > 0 ? 1 : 0;
