import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { migrate } from '../../../database/migrate.ts';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import { alertSchema } from '../../../shared/contracts/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { connectNats, ensureStreams } from '../../../shared/node/messaging/index.ts';
import { programEnvironment } from '../../sandbox/stack/environment.ts';

/** The program itself, as it is deployed: Grafana's role, the replica alone, and a real NATS. */
const stack = inject('stack');
const token = 'a-token-of-this-test';
const alertmanagerToken = 'alertmanagers-of-this-test';
const logger = makeLogger({ name: 'test', level: 'silent' });
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeAll(async () => {
  const { config, owner } = clusterOf(stack);
  await migrate({ ...config, SLATE_DB_USER: owner.user, SLATE_DB_PASSWORD: owner.password }, logger);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

function launch(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), '--json'], {
    env: programEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}
const configured = (): Record<string, string> => ({
  ...stack.env,
  SLATE_DB_HOST: '',
  SLATE_DB_USER: stack.readonly.user,
  SLATE_DB_PASSWORD: stack.readonly.password,
  SLATE_ANALYTICS_TOKEN: token,
  SPARK_ALERTMANAGER_TOKEN: alertmanagerToken,
  SPARK_ANALYTICS_PORT: '0',
  SPARK_LOG_LEVEL: 'fatal',
});

async function start(env: Readonly<Record<string, string>>) {
  const child = launch(env);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: z.object({ ready: z.literal(true), url: z.string() }).parse(JSON.parse(line)).url };
}

test('it starts without the primary, answers, takes an alert to NATS, and ends in order on SIGTERM', async () => {
  const { child, url } = await start(configured());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ready = () => fetch(`${new URL(url).origin}/readyz`).then(({ status }) => status);
  await expect.poll(ready, { timeout: 30_000 }).toBe(200);
  const asked = () => fetch(`${url}/events?from=2026-11-01&to=2026-11-23`, { headers }).then(({ status }) => status);
  await expect.poll(asked, { timeout: 30_000 }).toBe(200);

  const link = connectNats({ url: stack.env['NATS_URL'] ?? '', name: 'test', logger });
  await link.ready();
  // The consumer makes it; here none runs.
  await ensureStreams(link);
  await link.use(async (connection) => {
    const heard = connection.subscribe('alerts.spark.prometheus.>', { max: 1 });
    await connection.flush();
    const alert = {
      status: 'firing',
      labels: { alertname: 'SparkConsumerDown', severity: 'critical', instance: 'a:9464' },
      annotations: { summary: 'No consumer runs.' },
      startsAt: '2026-11-23T10:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint: 'f00d',
    };
    const body = JSON.stringify({ version: '4', alerts: [alert] });
    const told = { ...headers, authorization: `Bearer ${alertmanagerToken}` };
    const post = () =>
      fetch(`${url}/alerts/prometheus`, { method: 'POST', headers: told, body }).then(({ status }) => status);
    // Until its own connection is there it says 503, and Alertmanager comes again.
    await expect.poll(post, { timeout: 30_000 }).toBe(204);
    for await (const message of heard) {
      expect(message.subject).toBe('alerts.spark.prometheus.SparkConsumerDown');
      expect(alertSchema.parse(message.json())).toMatchObject({ severity: 'critical', group: 'instance=a:9464' });
    }
    const refused = await fetch(`${url}/alerts/prometheus`, { method: 'POST', headers: told, body: '{"version":"3"}' });
    expect(refused.status).toBe(400);
    const tooMany = JSON.stringify({ version: '4', alerts: [alert], truncatedAlerts: 3 });
    await fetch(`${url}/alerts/prometheus`, { method: 'POST', headers: told, body: tooMany });
    const metrics = await (await fetch(`${new URL(url).origin}/metrics`)).text();
    expect(metrics).toContain('spark_analytics_forwarded_alerts_total{outcome="unreadable"} 1');
    expect(metrics).toContain('spark_analytics_forwarded_alerts_total{outcome="truncated"} 3');
  });
  await link.close();

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([143, null]);
});

test('without a replica and a token it says both at once and starts nothing', async () => {
  const child = launch({ ...configured(), SLATE_DB_REPLICA_HOST: '', SLATE_ANALYTICS_TOKEN: 'short' });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  expect(await once(child, 'close')).toEqual([78, null]);
  expect(said).toContain('SLATE_DB_REPLICA_HOST');
  expect(said).toContain('SLATE_ANALYTICS_TOKEN');
  expect(said).not.toContain('short)');
});

test('without a token of its own the receiver refuses all and says what to set; one that the apps have is none', async () => {
  const { url } = await start({ ...configured(), SPARK_ALERTMANAGER_TOKEN: '' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/alerts/prometheus`, { method: 'POST', headers, body: '{}' });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({
    error: { code: 'forbidden', message: expect.stringContaining('SPARK_ALERTMANAGER_TOKEN') },
  });
  const same = launch({ ...configured(), SPARK_ALERTMANAGER_TOKEN: token });
  let said = '';
  same.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  expect(await once(same, 'close')).toEqual([78, null]);
  expect(said).toContain('SPARK_ALERTMANAGER_TOKEN');
  expect(said).not.toContain(token);
});

test('while the replica is away it stays up, says so and asks to be asked again', async () => {
  const { url } = await start({ ...configured(), SPARK_DB_REPLICA_PORT: '1' });
  const { origin } = new URL(url);
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  expect((await fetch(`${origin}/readyz`)).status).toBe(503);
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/events?from=2026-11-01&to=2026-11-23`, { headers });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await answer.json()).toMatchObject({ error: { code: 'db_unavailable' } });
  const metrics = await (await fetch(`${origin}/metrics`)).text();
  expect(metrics).toContain('\nspark_analytics_replica_up 0');
  expect(metrics).not.toMatch(/^spark_(?:stored_\w+|analytics_replica_lag_seconds)(?:\{| )/m);
});
