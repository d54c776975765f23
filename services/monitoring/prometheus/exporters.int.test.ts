import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, inject, test, type TestContext } from 'vitest';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import { openRawClient } from '../../../database/testing/rawClient.ts';
import { toolEnvironment } from '../../sandbox/stack/environment.ts';
import { freePort } from '../../sandbox/stack/ports.ts';
import { runTool } from '../../sandbox/stack/tool.ts';
import { findDebianTool } from '../testing/debianTool.ts';
import exporters from './exporters.json' with { type: 'json' };

/* The names of exporters.json, as running exporters of Debian tell them; and Alertmanager's own checker. */
const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

async function pathOf(context: TestContext, command: string, packageName = command): Promise<string> {
  const tool = await findDebianTool({ command, packageName });
  return 'path' in tool ? tool.path : context.skip(`not looked at: ${tool.missing}`);
}

/** Runs an exporter until the end of the test; resolves with the names of its metrics once there are some. */
async function read(path: string, env: Readonly<Record<string, string>> = {}): Promise<Set<string>> {
  const port = await freePort();
  const child: ChildProcess = spawn(path, [`--web.listen-address=127.0.0.1:${port}`], {
    env: { ...toolEnvironment(), ...env },
    stdio: 'ignore',
  });
  releases.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  const names = async (): Promise<Set<string>> => {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    );
    return new Set([...text.matchAll(/^([a-z]\w*)[{ ]/gm)].map(([, name = '']) => name));
  };
  await expect.poll(async () => (await names()).size, { timeout: 30_000 }).toBeGreaterThan(0);
  return names();
}
const missing = (wanted: readonly string[], told: ReadonlySet<string>): string[] =>
  wanted.filter((name) => !told.has(name));

test('the exporter of PostgreSQL tells what rules and dashboards read of it', async (context) => {
  const path = await pathOf(context, 'prometheus-postgres-exporter');
  const stack = inject('stack');
  const { user, password } = stack.superuser;
  const { config } = clusterOf(stack, stack.superuser);
  const client = await openRawClient(config);
  releases.push(() => client.end());
  const slot = `spark_exporter_${process.pid}`;
  await client.query({ text: 'SELECT pg_create_physical_replication_slot($1, true)', values: [slot] });
  releases.push(() => client.query({ text: 'SELECT pg_drop_replication_slot($1)', values: [slot] }));
  const told = await read(path, {
    DATA_SOURCE_URI: `${config.SLATE_DB_HOST}:${config.SLATE_DB_PORT}/${config.SLATE_DB_NAME}?sslmode=disable`,
    DATA_SOURCE_USER: user,
    DATA_SOURCE_PASS: password,
  });
  expect(missing(exporters['prometheus-postgres-exporter 0.11'].metrics, told)).toEqual([]);
});

test('the exporter of a machine tells what rules and dashboards read of it', async (context) => {
  const told = await read(await pathOf(context, 'prometheus-node-exporter'));
  expect(missing(exporters['prometheus-node-exporter 1.5'].metrics, told)).toEqual([]);
});

test('Alertmanager takes its configuration: what is about NATS goes by mail too, all else through NATS alone', async (context) => {
  const path = await pathOf(context, 'amtool', 'prometheus-alertmanager');
  const cwd = await mkdtemp(join(tmpdir(), 'spark-amtool-'));
  releases.push(() => rm(cwd, { recursive: true, force: true }));
  await copyFile(new URL('alertmanager.yml', import.meta.url), join(cwd, 'alertmanager.yml'));
  const ask = (...args: readonly string[]): Promise<string> =>
    runTool({
      name: 'amtool',
      command: path,
      args,
      env: toolEnvironment(),
      cwd,
      signal: new AbortController().signal,
      timeoutMs: 60_000,
    });
  await ask('check-config', 'alertmanager.yml');
  const routeOf = async (alert: string): Promise<string> =>
    (await ask('config', 'routes', 'test', '--config.file=alertmanager.yml', `alertname=${alert}`)).trim();
  expect(await routeOf('SparkNatsDown')).toBe('direct,nats');
  expect(await routeOf('SparkAnalyticsDown')).toBe('direct,nats');
  expect(await routeOf('SparkPostgresUnseen')).toBe('direct,nats');
  expect(await routeOf('SparkDeadLetters')).toBe('nats');
});
