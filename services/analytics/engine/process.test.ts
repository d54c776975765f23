import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineEnvironment, startProcess } from './process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spark-engine-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** An engine that has started another process, as a supervisor its workers: both take no SIGTERM. */
const engine = ['-c', "trap '' TERM; sleep 1000 & echo started; wait; wait"];
const start = () =>
  startProcess({
    name: 'engine',
    command: '/bin/sh',
    args: engine,
    cwd: folder,
    env: engineEnvironment(),
    logFile: join(folder, 'log'),
  });
const waits = { timeout: 20_000, interval: 20 };
const hasStarted = () => expect.poll(() => readFileSync(join(folder, 'log'), 'utf8'), waits).toBe('started\n');
/** What runs in the group; a process that ended and that nobody has asked about does not. */
const membersOf = (group: number): string[] =>
  execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^ *(\d+) +(\S+) +(.*)$/.exec(line))
    .flatMap((found) =>
      Number(found?.[1]) === group && found?.[2]?.startsWith('Z') === false ? [found[3] ?? ''] : [],
    );

test.skipIf(process.platform === 'win32')('a process that is killed takes with it what it started', async () => {
  const { pid, kill, ended } = start();
  const group = pid() ?? 0;
  await hasStarted();
  expect(membersOf(group)).toContain('sleep 1000');
  await kill();
  await expect(ended).resolves.toBe('ended by SIGKILL');
  await expect.poll(() => membersOf(group), waits).toEqual([]);
});

test.skipIf(process.platform === 'win32')('a process that ends by itself leaves nothing of its group', async () => {
  const { pid, ended } = startProcess({
    name: 'engine',
    command: '/bin/sh',
    args: ['-c', 'sleep 1000 & exit 3'],
    cwd: folder,
    env: engineEnvironment(),
  });
  const group = pid() ?? 0;
  await expect(ended).resolves.toBe('exit code 3');
  await expect.poll(() => membersOf(group), waits).toEqual([]);
});

test.skipIf(process.platform === 'win32')('nothing outlives a program that was killed', async () => {
  const module = pathToFileURL(join(import.meta.dirname, 'process.ts')).href;
  const given = {
    name: 'engine',
    command: '/bin/sh',
    args: engine,
    cwd: folder,
    env: {},
    logFile: join(folder, 'log'),
  };
  const program = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { startProcess } from ${JSON.stringify(module)};
       console.log(startProcess(${JSON.stringify(given)}).pid());
       setInterval(() => undefined, 1_000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [said] = (await once(program.stdout, 'data')) as [Buffer];
  const group = Number(said.toString());
  await hasStarted();
  expect(membersOf(group)).toContain('sleep 1000');
  program.kill('SIGKILL');
  await expect.poll(() => membersOf(group), waits).toEqual([]);
});
