import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLifecycle, type Lifecycle } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { repositoryDir } from '../../stack/paths.ts';
import { findMissing } from './engines.ts';
import { openAnalytics } from './environment.ts';
import { planLoad } from './load/plan.ts';
import { playAnalytics } from './play.ts';

/* The whole tier at once, with a small load. */
const logger = makeLogger({ name: 'test', level: 'silent' });
const onProgress = (): void => undefined;
let missing: readonly string[];
let lifecycle: Lifecycle;
let stateDir: string;

beforeAll(async () => {
  const root = join(repositoryDir, '.spark', 'test');
  mkdirSync(root, { recursive: true });
  stateDir = mkdtempSync(join(root, 'analytics-'));
  lifecycle = makeLifecycle({ logger, deadlineMs: 90_000 });
  missing = await findMissing([], lifecycle.signal);
}, 900_000);
afterAll(async () => {
  await lifecycle.shutdown('end of the test');
  rmSync(stateDir, { recursive: true, force: true });
}, 120_000);

test('every engine tells the same figures of one load; a wrong window is seen', async (context) => {
  if (missing.length > 0) {
    const skipReason = missing.join('; ');
    Object.assign(context.task.meta, { skipReason });
    return context.skip(skipReason);
  }
  const environment = await openAnalytics({ lifecycle, logger, stateDir, onProgress });
  const plan = planLoad({ nowMs: Date.now(), minutes: 12, events: 900, seed: 3 });
  const { report, compare } = await playAnalytics({ environment, plan, without: [], onProgress });
  expect(report.comparisons.flatMap(({ rows }) => rows.filter(({ differ }) => differ.length > 0))).toEqual([]);
  expect(report.ok).toBe(true);
  const alerts = report.comparisons.find(({ title }) => title === 'alert');
  expect(alerts?.rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['builds-fail Android', 'builds-fail WebGL', 'budget-of-a-user developer-1@example.com']),
  );

  await environment.database.write((client) =>
    client.run({
      text: `UPDATE spark_usage_windowed SET cost_micro_usd = cost_micro_usd + 1 WHERE ctid =
               (SELECT ctid FROM spark_usage_windowed WHERE grain = 'minute' ORDER BY window_start LIMIT 1)`,
    }),
  );
  const found = (await compare(0)).flatMap(({ rows }) => rows.filter(({ differ }) => differ.length > 0));
  expect(found.map(({ figure, differ }) => [figure, ...differ])).toEqual([
    ['cost µ$ by model', 'Flink minutes'],
    ['cost µ$ by user', 'Flink minutes'],
  ]);
});

/** Of every process that is not over: its id, and its parent's. */
const running = (): readonly (readonly [number, number])[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [pid, parent, state = 'Z'] = line.trim().split(/ +/);
      return state.startsWith('Z') ? [] : [[Number(pid), Number(parent)] as const];
    });
function startedBy(root: number): readonly number[] {
  const found = [root];
  const all = running();
  for (const one of found) for (const [pid, parent] of all) if (parent === one) found.push(pid);
  return found.slice(1);
}

test('Ctrl-C while the engines start leaves nothing running', async (context) => {
  if (missing.length > 0) {
    const skipReason = missing.join('; ');
    Object.assign(context.task.meta, { skipReason });
    return context.skip(skipReason);
  }
  const demo = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--without', 'airflow'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own, as a terminal makes one: that is what Ctrl-C is sent to.
    detached: true,
  });
  const over = once(demo, 'exit');
  let said = '';
  demo.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const pid = demo.pid ?? 0;
  try {
    await expect.poll(() => said, { timeout: 120_000 }).toContain('starting the engines');
    const javas = (): number => {
      const started = startedBy(pid).join();
      const names = started === '' ? '' : execFileSync('ps', ['-o', 'comm=', '-p', started], { encoding: 'utf8' });
      return names.split('\n').filter((name) => name === 'java').length;
    };
    // The topology and the job manager, or more already.
    await expect.poll(javas, { timeout: 120_000, interval: 250 }).toBeGreaterThan(1);
    const started = startedBy(pid);
    process.kill(-pid, 'SIGINT');
    await over;
    const left = () => running().filter(([one]) => started.includes(one));
    await expect.poll(left, { timeout: 30_000 }).toEqual([]);
  } finally {
    if (demo.exitCode === null && demo.signalCode === null) process.kill(-pid, 'SIGKILL');
  }
}, 400_000);
