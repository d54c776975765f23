import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchChildren } from '../children.ts';
import { freePort } from '../ports.ts';
import { makeServerPart, type ServerPart } from '../serverProcess.ts';
import type { RedisProgram } from './redisProgram.ts';

/** A Redis of its own that keeps nothing, on a free port of this machine, with a password. */
export interface RedisForTest {
  readonly port: number;
  readonly password: string;
  readonly part: ServerPart;
  readonly stop: () => Promise<void>;
}

export async function startRedis(program: RedisProgram): Promise<RedisForTest> {
  const dir = mkdtempSync(join(tmpdir(), 'spark-redis-'));
  const children = watchChildren(join(dir, 'processes'));
  const password = 'a-password-of-redis';
  const port = await freePort();
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--requirepass', password];
  const part = makeServerPart({
    name: 'redis',
    children,
    logFile: join(dir, 'redis.log'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 60_000,
    prepare: () =>
      Promise.resolve({
        command: program.server,
        args: ['--port', String(port), ...settings],
        env: program.env,
        cwd: dir,
      }),
    isReady: () => answers(port),
  });
  const stop = async (): Promise<void> => {
    await part.stop();
    children.close();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await part.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, password, part, stop };
}

/** Whether it answers at all; without a login it refuses. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('data', (said) => finish(said.toString('utf8').startsWith('-NOAUTH')));
    socket.write('PING\r\n');
  });
}
