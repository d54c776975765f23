import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/**
 * `npm test`: every check, all of them even when one fails; the last line is the sum over all runners. What was skipped
 * is listed above it with its reason. `npm test -- unit e2e` runs the named steps only.
 */
const reports = join('.spark', 'reports');
const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z.object({ skipReason: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});
interface PlaywrightSuite {
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: string;
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
  readonly suites?: readonly PlaywrightSuite[];
}

interface Counts {
  passed: number;
  failed: number;
  skipped: string[];
}
interface Step {
  readonly id: string;
  readonly command: readonly string[];
  /** Reads the runner's own report; a plain check counts as one test. */
  readonly count?: (exitCode: number) => Promise<Counts>;
}

/**
 * Rounds come one after the other. The lanes of a round run side by side: each waits much for servers and clocks. What a
 * step of a lane says is printed whole when it has ended, so that nothing stands between its lines.
 */
const rounds: readonly (readonly (readonly Step[])[])[] = [
  [[{ id: 'build', command: ['npm', 'run', '--silent', 'build'] }]],
  [
    [
      { id: 'types', command: ['npm', 'run', '--silent', 'typecheck'] },
      { id: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
      { id: 'imports', command: ['npm', 'run', '--silent', 'lint:imports'] },
      { id: 'unused', command: ['npm', 'run', '--silent', 'lint:unused'] },
      { id: 'format', command: ['npm', 'run', '--silent', 'lint:format'] },
      vitest('unit'),
      vitest('unity-real'),
    ],
    [vitest('integration')],
  ],
  [[{ id: 'e2e', command: ['npx', '--no', 'playwright', 'test'], count: countPlaywright }]],
];

function vitest(project: string): Step {
  const report = join(reports, `${project}.json`);
  return {
    id: project,
    command: [
      'npx',
      '--no',
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    count: (exitCode) => countVitest(report, exitCode),
  };
}

async function countVitest(report: string, exitCode: number): Promise<Counts> {
  const { testResults } = vitestReport.parse(JSON.parse(await readFile(report, 'utf8')));
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  for (const file of testResults) {
    if (file.assertionResults.length === 0 && file.status === 'failed') counts.failed += 1;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else counts.skipped.push(`${test.fullName}: ${test.meta?.skipReason ?? 'no reason given'}`);
    }
  }
  return atLeastOneFailure(counts, exitCode);
}

async function countPlaywright(exitCode: number): Promise<Counts> {
  const report: { suites: PlaywrightSuite[] } = JSON.parse(await readFile(join(reports, 'e2e.json'), 'utf8'));
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  const visit = (suite: PlaywrightSuite): void => {
    for (const spec of suite.specs) {
      for (const test of spec.tests) {
        if (test.status === 'expected') counts.passed += 1;
        else if (test.status === 'skipped')
          counts.skipped.push(
            `${spec.title}: ${test.annotations.find((a) => a.type === 'skip')?.description ?? 'no reason given'}`,
          );
        else counts.failed += 1;
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of report.suites) visit(suite);
  return atLeastOneFailure(counts, exitCode);
}

/** A runner that left no report (it crashed before it wrote one) is one failure, never a crash of this script. */
async function readCounts(step: Step, exitCode: number, plain: Counts): Promise<Counts> {
  try {
    return (await step.count?.(exitCode)) ?? plain;
  } catch (error) {
    console.error(`${step.id} left no readable report:`, error);
    return { passed: 0, failed: 1, skipped: [] };
  }
}

/** A runner that ended badly without a failed test (a crash, a leaked process) still fails the run. */
const atLeastOneFailure = (counts: Counts, exitCode: number): Counts =>
  exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;

/** With `isAlone` what it says is passed on at once, else when it has ended: by then it is in a file of the reports. */
async function run({ id, command }: Step, isAlone: boolean): Promise<number> {
  const [file = '', ...args] = command;
  const said = join(reports, `${id}.log`);
  const output = isAlone ? 'inherit' : openSync(said, 'w');
  // Dozens of programs are started; what Node made of their sources is kept, which halves the work of each start.
  const env = { ...process.env, NODE_COMPILE_CACHE: resolve('.spark', 'cache', 'compiled') };
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

async function perform(step: Step, isAlone: boolean): Promise<void> {
  console.log(`\n── ${step.id}: ${step.command.join(' ')}${isAlone ? '' : ' (beside others)'}`);
  const started = Date.now();
  const exitCode = await run(step, isAlone);
  const plain = { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: [] };
  const counts = await readCounts(step, exitCode, plain);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped.push(...counts.skipped.map((name) => `${step.id}: ${name}`));
  if (counts.failed > 0) failedSteps.push(step.id);
  console.log(
    `── ${step.id}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped in ${Math.round((Date.now() - started) / 1000)} s`,
  );
}

const wanted = process.argv.slice(2);
const total: Counts = { passed: 0, failed: 0, skipped: [] };
const failedSteps: string[] = [];
await rm(reports, { recursive: true, force: true });
await mkdir(reports, { recursive: true });
for (const round of rounds) {
  const lanes = round
    .map((lane) => lane.filter(({ id }) => wanted.length === 0 || wanted.includes(id)))
    .filter((lane) => lane.length > 0);
  await Promise.all(
    lanes.map(async (lane) => {
      for (const step of lane) await perform(step, lanes.length === 1);
    }),
  );
}
if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`);
if (total.skipped.length > 0) console.log(`\nSkipped:\n${total.skipped.map((line) => `  ${line}`).join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
