import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import { makeDatabase, type Database } from './index.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

/* Connections that look alive and carry nothing any more: a cable, a firewall, a machine that is gone. */

let fresh: FreshDatabase;
let database: Database | undefined;
let proxy: Proxy | undefined;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(inject('stack')));
});
afterEach(async () => {
  await database?.close();
  await proxy?.close();
});
afterAll(() => fresh.drop());

interface Proxy {
  readonly port: number;
  /** Connections that were made so far. */
  readonly made: () => number;
  /** From now on those that are there carry nothing; with `also`, new ones neither. */
  readonly freeze: (also?: 'new ones') => void;
  readonly close: () => Promise<void>;
}

async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets: Socket[] = [];
  let made = 0;
  let isFrozen = false;
  const server = createServer((near) => {
    made += 1;
    const far = connect({ host: '127.0.0.1', port: targetPort });
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    if (!isFrozen) near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    made: () => made,
    freeze(also) {
      isFrozen = also !== undefined;
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function open(): Promise<{ database: Database; proxy: Proxy }> {
  proxy = await startProxy(fresh.config.SLATE_DB_PORT);
  database = makeDatabase({
    config: { ...fresh.config, SLATE_DB_PORT: proxy.port, SLATE_DB_REPLICA_HOST: undefined },
    logger: makeLogger({ name: 'test', level: 'silent' }),
    statementTimeoutMs: 100,
  });
  return { database, proxy };
}
const ask = (on: Database): Promise<number> => on.write((client) => client.run({ text: 'SELECT 1' }));

test('one silent connection costs its time limit, and its idle neighbours, which may be as dead, are not tried', async () => {
  const opened = await open();
  await Promise.all([ask(opened.database), ask(opened.database), ask(opened.database)]);
  await expect.poll(() => opened.database.stats().primary).toEqual({ total: 3, idle: 3, waiting: 0 });
  opened.proxy.freeze();
  await expect(ask(opened.database)).rejects.toMatchObject({ code: 'db_unavailable', retryable: true });
  const before = opened.proxy.made();
  expect(await ask(opened.database)).toBe(1);
  expect(opened.proxy.made()).toBe(before + 1);
});

test('a server that takes connections and says nothing is waited for once, and then not tried by every call', async () => {
  const opened = await open();
  opened.proxy.freeze('new ones');
  await expect(ask(opened.database)).rejects.toMatchObject({ code: 'db_unavailable', retryable: true });
  await expect(ask(opened.database)).rejects.toMatchObject({ data: { notTried: true } });
  expect(opened.proxy.made()).toBe(1);
});
