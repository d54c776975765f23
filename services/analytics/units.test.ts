import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';

const units = ['storm/deploy/spark-storm.service', 'api/deploy/spark-analytics-api.service'].map((path) =>
  join(import.meta.dirname, path),
);
const system = '/usr/lib/systemd/system';
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'spark-units-'));
  mkdirSync(join(root, system), { recursive: true });
  for (const unit of units) {
    const command = /^ExecStart=(\S+)/m.exec(readFileSync(unit, 'utf8'))?.[1] ?? '';
    mkdirSync(join(root, dirname(command)), { recursive: true });
    writeFileSync(join(root, command), '#!/bin/sh\n', { mode: 0o755 });
    copyFileSync(unit, join(root, system, basename(unit)));
  }
  // What units stand on: the targets of this machine's systemd, and a Node where it says.
  const targets = existsSync(system) ? readdirSync(system).filter((file) => file.endsWith('.target')) : [];
  for (const target of targets) copyFileSync(join(system, target), join(root, system, target));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function analyze(context: TestContext, ...args: readonly string[]): string {
  const done = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  if (done.error !== undefined) {
    const skipReason = 'systemd-analyze is not here (Debian package systemd)';
    Object.assign(context.task.meta, { skipReason });
    context.skip(skipReason);
  }
  return `${done.stdout}${done.stderr}`;
}

describe.each(units.map((unit) => [basename(unit), unit] as const))('%s', (name, unit) => {
  test('has nothing that systemd does not know', (context) => {
    const said = analyze(context, 'verify', '--no-pager', `--root=${root}`, name);
    expect(said.split('\n').filter((line) => line.includes('spark-'))).toEqual([]);
  });

  test('is exposed at 3.0 of 10 at most', (context) => {
    const said = analyze(context, 'security', '--offline=true', '--no-pager', unit);
    expect(said).toMatch(/Overall exposure level for .*: [0-2]\.\d OK/);
  });

  test('starts a program that is there', () => {
    const script = /^ExecStart=\S+ (\S+)/m.exec(readFileSync(unit, 'utf8'))?.[1] ?? '';
    expect(script).toMatch(/main\.ts$/);
    expect(existsSync(join(import.meta.dirname, '../..', script))).toBe(true);
  });
});
