import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { repositoryDir } from './paths.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { isRunning } from './testing/stackProgram.ts';
import { runSql } from './testing/sql.ts';

const stateDir = join(repositoryDir, '.spark', 'test', `sandbox-int-${process.pid}`);
let sandbox: Sandbox;

beforeAll(async () => {
  mkdirSync(stateDir, { recursive: true, mode: 0o711 });
  sandbox = await startSandbox({
    stateDir,
    temporary: true,
    parts: { unity: true, model: true, consumer: true },
    signal: new AbortController().signal,
    logger: makeLogger({ name: 'test', level: 'silent' }),
  });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

test('the sandbox has the schema, stand-ins that answer, and says which parts are simulated', async () => {
  expect(sandbox.env.SPARK_SIMULATED).toBe('unity,model');
  const tables = await runSql(sandbox.stack, 'replica', "SELECT to_regclass('spark_events')::text AS name");
  expect(tables).toEqual([{ name: 'spark_events' }]);
  const health = await fetch(new URL('/health', sandbox.env.UNITY_MCP_URL));
  expect(health.ok).toBe(true);
  // Its key is taken, and an empty request is not.
  const code = await fetch(new URL('/v1/messages', sandbox.env.SPARK_CODE_MODEL_URL), {
    method: 'POST',
    headers: { 'x-api-key': sandbox.env.ANTHROPIC_API_KEY ?? '' },
  });
  expect(code.status).toBe(400);
  expect(existsSync(join(sandbox.unityProjectDir ?? '', 'Assets'))).toBe(true);
});

test('a killed stand-in comes back on the same address', async () => {
  await sandbox.processes.unity?.kill();
  await expect(fetch(new URL('/health', sandbox.env.UNITY_MCP_URL))).rejects.toThrow();
  await sandbox.processes.unity?.restart();
  expect((await fetch(new URL('/health', sandbox.env.UNITY_MCP_URL))).ok).toBe(true);
});

test('stopping it ends every process', async () => {
  const { unity, realtime, codeModel, consumer } = sandbox.processes;
  const { primary, replica, nats } = sandbox.stack;
  const pids = [unity, realtime, codeModel, consumer, primary, replica, nats].map((part) => part?.pid() ?? 0);
  expect(pids.every((pid) => pid > 0 && isRunning(pid))).toBe(true);
  await sandbox.stop();
  expect(pids.filter(isRunning)).toEqual([]);
});
