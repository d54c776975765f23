import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ConfigError } from '../../shared/node/config/index.ts';
import type { NatsStatus } from '../../shared/node/messaging/index.ts';
import { stuckAfterMs } from './activity.ts';
import type { Refusal } from './deadLetters.ts';
import { makeHealth } from './health.ts';
import { startHealthServer, type HealthServer } from './healthServer.ts';
import { makeMetrics } from './metrics.ts';

const well = {
  ok: true,
  detail: '',
  latencyMs: 1,
  timeline: 1,
  breaker: { kind: 'closed' } as const,
  pool: { total: 1, idle: 1, waiting: 0 },
};
const facts = {
  silentMs: 0,
  pulling: true,
  nats: { kind: 'connected', server: 'a:4222' } as NatsStatus,
  primary: well,
  refusal: null as Refusal | null,
};
const replica = { ...well, configured: false, lagMs: null, lagBytes: null };
let asked = 0;
let server: HealthServer | undefined;

async function serve(over: Partial<typeof facts> = {}) {
  const now = { ...facts, ...over };
  asked = 0;
  const health = makeHealth({
    link: { status: () => now.nats },
    database: {
      health: () => {
        asked += 1;
        return Promise.resolve({ primary: now.primary, replica });
      },
    },
    activity: { silentMs: () => now.silentMs },
    pulling: () => now.pulling,
    refusal: () => now.refusal,
    now: () => 0,
  });
  const { registry } = makeMetrics({ version: '1.2.3' });
  server = await startHealthServer({ host: '127.0.0.1', port: 0, registry, health });
  return server;
}
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const get = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${server?.url}${path}`, init);
  return { status: response.status, text: await response.text() };
};

test('all is well: alive, ready, and the metrics are text for Prometheus', async () => {
  await serve();
  expect(await get('/healthz')).toMatchObject({ status: 200 });
  expect(await get('/readyz')).toMatchObject({ status: 200 });
  const metrics = await get('/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain('process_resident_memory_bytes');
});

test.each([
  ['NATS is away', { nats: { kind: 'connecting', detail: 'refused' } as const }, 'nats', 'refused'],
  ['PostgreSQL is away', { primary: { ...well, ok: false, detail: 'not there' } }, 'postgres', 'not there'],
  [
    'dead letters are refused',
    { refusal: { sinceMs: 0, givenBack: 3, why: 'full' } },
    'dead_letters',
    'not stored since 1970-01-01T00:00:00.000Z, given back 3 times: full',
  ],
  ['nothing is pulled', { pulling: false }, 'pulling', 'no messages are being pulled'],
])('not ready, and still alive, while %s', async (_, over, check, detail) => {
  await serve(over);
  const ready = await get('/readyz');
  expect(ready.status).toBe(503);
  expect(JSON.parse(ready.text)).toMatchObject({ ok: false, checks: { [check]: detail } });
  expect(await get('/healthz')).toMatchObject({ status: 200 });
});

test('a worker that does not move makes it unhealthy', async () => {
  await serve({ silentMs: stuckAfterMs });
  const alive = await get('/healthz');
  expect(alive.status).toBe(503);
  expect(alive.text).toContain('a batch has not moved for 300 s');
});

test('many probes at once ask PostgreSQL once', async () => {
  await serve();
  await Promise.all(Array.from({ length: 10 }, () => get('/readyz')));
  expect(asked).toBe(1);
});

test('other paths and methods are refused', async () => {
  await serve();
  expect(await get('/')).toMatchObject({ status: 404 });
  expect(await get('/metrics', { method: 'POST' })).toMatchObject({ status: 405 });
});

test('a port that is taken is a problem of the configuration, named with its variable', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;
  const { registry } = makeMetrics({ version: '1.2.3' });
  const health = { alive: () => ({ ok: true, checks: {} }), ready: () => Promise.resolve({ ok: true, checks: {} }) };
  const failure = await startHealthServer({ host: '127.0.0.1', port, registry, health }).catch(
    (error: unknown) => error,
  );
  other.close();
  expect(failure).toBeInstanceOf(ConfigError);
  expect(String(failure)).toContain(`SPARK_METRICS_PORT: port ${port} of 127.0.0.1 is taken`);
});
