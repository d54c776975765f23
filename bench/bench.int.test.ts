import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { reportSchema } from './report.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runBench(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('a quick run prints one JSON object with every metric that was asked for', async () => {
  const wanted = ['pg', 'journal', 'nats', 'publish', 'consumer', 'consumer.payload', 'unity', 'e2e', 'realtime'];
  const { code, stdout, stderr } = await runBench('--json', '--quick', ...wanted);
  expect(code, stderr).toBe(0);
  const report = reportSchema.parse(JSON.parse(stdout));
  const listed = await runBench('--list', ...wanted);
  expect(report.notMeasured).toEqual([]);
  expect(report.metrics.map(({ id }) => id).toSorted()).toEqual(listed.stdout.trim().split('\n').toSorted());
  expect(Object.keys(report.versions)).toEqual(expect.arrayContaining(['node', 'postgresql', 'nats']));
}, 300_000);

test('an unknown metric is refused with the list of those there are', async () => {
  const { code, stdout, stderr } = await runBench('--json', 'pg.wrote');
  expect(code).toBe(64);
  expect(stdout).toBe('');
  expect(stderr).toContain('pg.write');
});
