import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLogFile } from './logFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spark-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const failing = (error: unknown): never => {
  throw error;
};

test('lines are in the file when it is closed, and a later run goes on below them', async () => {
  for (const line of ['first\n', 'second\n']) {
    const file = openLogFile({ folder: join(folder, 'logs'), onError: failing });
    file.write(line);
    await file.close();
  }
  expect(readFileSync(join(folder, 'logs/spark.log'), 'utf8')).toBe('first\nsecond\n');
  expect(statSync(join(folder, 'logs/spark.log')).mode & 0o077).toBe(0);
});

test('a full file makes way, the newest line stays, and there are never more than five', async () => {
  const file = openLogFile({ folder, size: '1K', onError: failing });
  for (let line = 0; line < 400; line += 1) file.write(`${line} ${'x'.repeat(60)}\n`);
  await file.close();
  const names = readdirSync(folder).toSorted();
  expect(names).toEqual(['spark.1.log', 'spark.2.log', 'spark.3.log', 'spark.4.log', 'spark.log']);
  const all = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  expect(all).toContain('399 ');
  expect(all).not.toMatch(/^0 x/m);
});

test('a folder that cannot be made is told once and stops nothing', async () => {
  writeFileSync(join(folder, 'logs'), 'a file');
  const errors: unknown[] = [];
  const file = openLogFile({ folder: join(folder, 'logs'), onError: (error) => errors.push(error) });
  file.write('x\n');
  await file.close();
  expect(errors).toHaveLength(1);
});
