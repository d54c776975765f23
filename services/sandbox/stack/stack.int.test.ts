import { mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { connectNats } from '../../../shared/node/messaging/index.ts';
import { repositoryDir } from './paths.ts';
import { firstWords } from './ports.ts';
import { startStack, type Stack } from './stack.ts';
import { runSql } from './testing/sql.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const root = join(repositoryDir, '.spark', 'test', `stack-int-${process.pid}`);
const running: Stack[] = [];

async function start(stateDir: string): Promise<Stack> {
  const stack = await startStack({ stateDir, signal: new AbortController().signal, logger });
  running.push(stack);
  return stack;
}

beforeAll(() => {
  mkdirSync(root, { recursive: true, mode: 0o711 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((stack) => stack.stop()));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the stack', () => {
  test('what is written on the primary appears on a replica that streams', async () => {
    const stack = await start(join(root, 'a'));
    await runSql(stack, 'primary', 'CREATE TABLE seen AS SELECT 7 AS n');
    await vi.waitFor(async () => {
      expect(await runSql(stack, 'replica', 'SELECT n FROM seen')).toEqual([{ n: 7 }]);
    }, 10_000);
    expect(await runSql(stack, 'replica', 'SELECT pg_is_in_recovery() AS standby')).toEqual([{ standby: true }]);
    expect(await runSql(stack, 'primary', 'SELECT state FROM pg_stat_replication')).toEqual([{ state: 'streaming' }]);
    const settings = await runSql(
      stack,
      'primary',
      `SELECT name, setting FROM pg_settings
        WHERE name IN ('wal_level', 'fsync', 'listen_addresses', 'unix_socket_directories', 'password_encryption')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      listen_addresses: '127.0.0.1',
      password_encryption: 'scram-sha-256',
      unix_socket_directories: '',
      wal_level: 'logical',
    });
  });

  test('a wrong password is refused by PostgreSQL and by NATS', async () => {
    const stack = await start(join(root, 'a'));
    const wrong = { env: stack.env, owner: { user: stack.owner.user, password: 'wrong' } };
    await expect(runSql(wrong, 'primary', 'SELECT 1')).rejects.toMatchObject({ name: 'DependencyError' });
    const info = await firstWords(stack.ports.nats);
    expect(info).toContain('"auth_required":true');
    expect(info).toContain('"jetstream":true');
  });

  test('the programs use JetStream with the URL of the environment', async () => {
    const stack = await start(join(root, 'a'));
    const link = connectNats({ url: stack.env.NATS_URL ?? '', name: 'stack-test', logger });
    try {
      await vi.waitFor(() => {
        expect(link.status().kind).toBe('connected');
      }, 10_000);
    } finally {
      await link.close();
    }
  });

  test('two run side by side, and a second start has the data, passwords and ports of the first', async () => {
    const dir = join(root, 'b');
    const [first, second] = await Promise.all([start(dir), start(dir)]);
    expect(new Set([...Object.values(first.ports), ...Object.values(second.ports)]).size).toBe(8);
    expect(first.stateDir).not.toBe(second.stateDir);
    await runSql(first, 'primary', 'CREATE TABLE kept AS SELECT 1 AS n');
    await expect(runSql(second, 'primary', 'SELECT n FROM kept')).rejects.toThrow(/kept/);

    await first.stop();
    const again = await start(dir);
    expect(again.stateDir).toBe(first.stateDir);
    expect(again.env).toEqual(first.env);
    expect(await runSql(again, 'replica', 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  test('ports that are taken meanwhile are replaced', async () => {
    const dir = join(root, 'c');
    const first = await start(dir);
    await first.stop();
    const takers = await Promise.all(Object.values(first.ports).map(listen));
    try {
      const again = await start(dir);
      for (const port of Object.values(again.ports)) expect(Object.values(first.ports)).not.toContain(port);
      await runSql(again, 'primary', 'CREATE TABLE moved AS SELECT 1 AS n');
      await vi.waitFor(async () => {
        expect(await runSql(again, 'replica', 'SELECT n FROM moved')).toEqual([{ n: 1 }]);
      }, 10_000);
    } finally {
      for (const taker of takers) taker.close();
    }
  });

  test('files with passwords can be read by their owner alone', async () => {
    const stack = await start(join(root, 'a'));
    for (const file of ['stack.json', 'nats/nats.conf', 'postgres/primary.json'])
      expect(statSync(join(stack.stateDir, file)).mode & 0o077).toBe(0);
  });

  test('a start that is called off leaves nothing running and can be made again', async () => {
    const dir = join(root, 'd');
    const abort = new AbortController();
    const starting = startStack({
      stateDir: dir,
      signal: abort.signal,
      logger,
      onProgress: (message) => {
        if (message.includes('copying')) abort.abort(new Error('called off'));
      },
    });
    await expect(starting).rejects.toThrow('called off');
    const stack = await start(dir);
    expect(stack.stateDir).toBe(join(dir, '1'));
    expect(await runSql(stack, 'replica', 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return server;
}
