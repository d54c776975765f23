import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { loadConfig, variables } from '../../shared/node/config/index.ts';
import { units } from './units.ts';

const services = Object.keys(units).filter((name) => name.endsWith('.service'));
const system = '/usr/lib/systemd/system';
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'spark-units-'));
  const folder = join(root, system);
  for (const each of [folder, join(root, 'usr/bin'), join(root, 'etc/spark')]) mkdirSync(each, { recursive: true });
  for (const [name, text] of Object.entries(units)) writeFileSync(join(folder, name), text);
  // What the units stand on: the targets of this machine's systemd.
  const targets = existsSync(system) ? readdirSync(system).filter((file) => file.endsWith('.target')) : [];
  for (const target of targets) copyFileSync(join(system, target), join(folder, target));
  for (const name of ['spark-nats-consumer', 'spark-db'])
    writeFileSync(join(root, 'usr/bin', name), '#!/bin/sh\n', { mode: 0o755 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function analyze(context: TestContext, ...args: readonly string[]) {
  const done = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  if (done.error !== undefined) {
    const skipReason = 'systemd-analyze is not here (Debian package systemd)';
    Object.assign(context.task.meta, { skipReason });
    context.skip(skipReason);
  }
  return { code: done.status, said: `${done.stdout}${done.stderr}` };
}

it.for(services)('%s is exposed at 2.0 of 10 at most', (name, context) => {
  const { code, said } = analyze(
    context,
    'security',
    '--offline=true',
    '--threshold=20',
    '--no-pager',
    join(root, system, name),
  );
  expect(said).toMatch(/Overall exposure level for .*: [01]\.\d OK/);
  expect(code).toBe(0);
});

it.for(['spark-nats-consumer.service', 'spark-nats-consumer@2.service', 'spark-maintenance.timer'])(
  '%s has nothing that systemd does not know, but for what older ones ignore',
  (name, context) => {
    const { said } = analyze(context, 'verify', '--no-pager', `--root=${root}`, name);
    const complaints = said
      .split('\n')
      .filter((line) => line.includes('spark-') && !/Unknown key.* '(RestartSteps|RestartMaxDelaySec)'/.test(line));
    expect(complaints).toEqual([]);
  },
);

it('what systemd gives an instance of the template is its own file over the common one', () => {
  const text = units['spark-nats-consumer@.service'] ?? '';
  expect(text).toContain('Environment=SPARK_ENV_FILE=/etc/spark/consumer.env:/etc/spark/consumer-%i.env\n');
  const named = [...text.matchAll(/^Environment=([A-Z_]+)=(.*)$/gm)].map(([, name = '', value]) => [name, value]);
  expect(named.every(([name]) => Object.hasOwn(variables, String(name)))).toBe(true);
  expect(() => loadConfig(Object.fromEntries(named), ['SPARK_ENV_FILE'])).not.toThrow();
});
