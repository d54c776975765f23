import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { repositoryDir } from './paths.ts';
import { canReach } from './postgresBinaries.ts';
import { startStack, type Stack } from './stack.ts';
import { isRunning, startStackProgram } from './testing/stackProgram.ts';
import { runSql } from './testing/sql.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const root = join(repositoryDir, '.spark', 'test', `stack-fault-${process.pid}`);
const nobody = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;
const canBeNobody = process.platform === 'linux' && canReach(join(repositoryDir, 'package.json'), nobody);

const start = (stateDir: string): Promise<Stack> =>
  startStack({ stateDir, signal: new AbortController().signal, logger });
const noneRuns = (pids: Readonly<Record<string, number>>): Promise<void> =>
  vi.waitFor(() => {
    expect(Object.entries(pids).filter(([, pid]) => isRunning(pid))).toEqual([]);
  }, 20_000);

beforeAll(() => {
  mkdirSync(root, { recursive: true, mode: 0o711 });
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('faults of the stack', () => {
  test('a killed stack takes its servers with it, and the next start has everything that was committed', async () => {
    const stateDir = join(root, 'killed');
    const program = startStackProgram({ stateDir });
    const stack = await program.ready;
    await runSql(stack, 'primary', 'CREATE TABLE committed AS SELECT 3 AS n');
    process.kill(program.pid, 'SIGKILL');
    await program.exited;
    await noneRuns(stack.pids);

    const again = await start(stateDir);
    try {
      expect(again.stateDir).toBe(stack.stateDir);
      expect(await runSql(again, 'primary', 'SELECT n FROM committed')).toEqual([{ n: 3 }]);
    } finally {
      await again.stop();
    }
  });

  test('servers that outlive even the guard are ended by the next start', async () => {
    const stateDir = join(root, 'orphans');
    const program = startStackProgram({ stateDir });
    const stack = await program.ready;
    const guards = execFileSync('pgrep', ['-f', `spark-stack-guard ${stack.stateDir}/`], { encoding: 'utf8' });
    for (const pid of guards.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
    process.kill(program.pid, 'SIGKILL');
    await program.exited;
    expect(Object.values(stack.pids).map(isRunning)).toEqual([true, true, true]);

    const again = await start(stateDir);
    try {
      await noneRuns(stack.pids);
      expect(again.stateDir).toBe(stack.stateDir);
      expect(await runSql(again, 'replica', 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    } finally {
      await again.stop();
    }
  });

  test('a stack killed while it makes its cluster starts the next time', async () => {
    const stateDir = join(root, 'half');
    const program = startStackProgram({ stateDir });
    await program.said('making the PostgreSQL cluster');
    await vi.waitFor(() => {
      expect(readdirSync(join(stateDir, '1', 'postgres', 'primary'))).toContain('base');
    }, 20_000);
    process.kill(program.pid, 'SIGKILL');
    await program.exited;

    const stack = await start(stateDir);
    try {
      expect(stack.stateDir).toBe(join(stateDir, '1'));
      expect(await runSql(stack, 'replica', 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    } finally {
      await stack.stop();
    }
  });

  test('Ctrl-C during the first start leaves no process and a slot that works', async () => {
    const stateDir = join(root, 'ctrl-c');
    for (const moment of ['making the PostgreSQL cluster', 'copying the cluster', 'starting PostgreSQL']) {
      const program = startStackProgram({ stateDir });
      await program.said(moment);
      process.kill(program.pid, 'SIGINT');
      expect(await program.exited).toEqual({ code: 130, signal: null });
      const left = execFileSync('sh', ['-c', `pgrep -fa -- "${stateDir}" || true`], { encoding: 'utf8' });
      expect(left.split('\n').filter((line) => line !== '' && !line.includes('pgrep'))).toEqual([]);
      rmSync(join(stateDir, '1', 'postgres', 'replica.json'), { force: true });
    }
    const stack = await start(stateDir);
    await stack.stop();
  });

  test('a damaged replica is made again from the primary', async () => {
    const stateDir = join(root, 'replica');
    const first = await start(stateDir);
    await runSql(first, 'primary', 'CREATE TABLE there AS SELECT 5 AS n');
    await first.stop();
    truncateSync(join(first.stateDir, 'postgres', 'replica', 'global', 'pg_control'), 100);
    const again = await start(stateDir);
    try {
      expect(await runSql(again, 'replica', 'SELECT n FROM there')).toEqual([{ n: 5 }]);
    } finally {
      await again.stop();
    }
  });

  test('each server can be killed and started again on its port, and the replica follows again', async () => {
    const stack = await start(join(root, 'parts'));
    try {
      for (const part of [stack.primary, stack.replica, stack.nats]) {
        const before = part.pid();
        await part.kill();
        expect(part.pid()).toBeUndefined();
        await part.start();
        expect(part.pid()).not.toBe(before);
      }
      await runSql(stack, 'primary', 'CREATE TABLE after_kills AS SELECT 9 AS n');
      await vi.waitFor(async () => {
        expect(await runSql(stack, 'replica', 'SELECT n FROM after_kills')).toEqual([{ n: 9 }]);
      }, 15_000);
    } finally {
      await stack.stop();
    }
  });

  test('a promoted replica is made again and follows, and what it wrote by itself is gone', async () => {
    const stack = await start(join(root, 'promoted'));
    try {
      const asSuperuser = { env: stack.env, owner: stack.superuser };
      await runSql(asSuperuser, 'replica', 'SELECT pg_promote(true, 20)::text AS promoted');
      await runSql(asSuperuser, 'replica', 'CREATE TABLE written_by_replica AS SELECT 1 AS n');
      await stack.rebuildReplica();
      await runSql(stack, 'primary', 'CREATE TABLE after_rebuild AS SELECT 7 AS n');
      await vi.waitFor(async () => {
        expect(await runSql(stack, 'replica', 'SELECT n FROM after_rebuild')).toEqual([{ n: 7 }]);
      }, 15_000);
      const left = await runSql(stack, 'replica', "SELECT to_regclass('written_by_replica')::text AS name");
      expect(left).toEqual([{ name: null }]);
    } finally {
      await stack.stop();
    }
  });

  test('an ordinary user starts it (tried as nobody when the tests run as root)', async ({ skip }) => {
    skip(isRoot && !canBeNobody, 'root runs the tests, and nobody cannot read the folder of the repository');
    const stateDir = join(root, 'nobody');
    mkdirSync(stateDir);
    if (isRoot) chownSync(stateDir, nobody.uid, nobody.gid);
    const program = startStackProgram({ stateDir, ...(isRoot ? { account: nobody } : {}) });
    const stack = await program.ready;
    expect(await runSql(stack, 'replica', 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    process.kill(program.pid, 'SIGINT');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    await noneRuns(stack.pids);
  });
});
