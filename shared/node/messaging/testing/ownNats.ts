import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { watchChildren } from '../../../../services/sandbox/stack/children.ts';
import { toolEnvironment } from '../../../../services/sandbox/stack/environment.ts';
import { findNatsServer } from '../../../../services/sandbox/stack/natsServer.ts';
import { repositoryDir } from '../../../../services/sandbox/stack/paths.ts';
import { firstWords, portOr } from '../../../../services/sandbox/stack/ports.ts';
import { makeServerPart, type ServerPart } from '../../../../services/sandbox/stack/serverProcess.ts';
import { loadConfig, readEnvironment } from '../../config/index.ts';

/** A nats-server of a test's own, with the configuration that the test is about. */
export interface OwnNats {
  readonly part: ServerPart;
  readonly port: number;
  /** Without user and password. */
  readonly url: string;
  /** For certificates, credentials and the like; removed at the end. */
  readonly folder: string;
  /** Writes another configuration, in force from the next start. */
  readonly configure: (conf: string) => Promise<void>;
  /** The process stands still: it takes what is sent and answers nothing, until `thaw`. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => void;
  readonly close: () => Promise<void>;
}

/** A stop signal takes effect a moment after it was sent. */
async function waitUntilStopped(pid: number): Promise<void> {
  for (;;) {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-p', String(pid)]);
    if (stdout.trim().startsWith('T')) return;
  }
}

export async function startOwnNats(
  options: {
    readonly port?: number;
    /** What is added to the listener and JetStream's folder. */
    readonly conf?: (given: { readonly folder: string; readonly port: number }) => string | Promise<string>;
    /** A server of a cluster is not ready by itself. */
    readonly waitForJetStream?: boolean;
  } = {},
): Promise<OwnNats> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-nats-'));
  const port = await portOr(options.port);
  const env = toolEnvironment();
  const command = await findNatsServer({
    configured: loadConfig(readEnvironment(), ['SPARK_NATS_SERVER']).SPARK_NATS_SERVER,
    cacheDir: join(repositoryDir, '.spark', 'cache'),
    env,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const file = join(folder, 'nats.conf');
  const configure = (conf: string): Promise<void> =>
    writeFile(
      file,
      `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(join(folder, 'jetstream'))} }\n${conf}\n`,
      { mode: 0o600 },
    );
  await configure((await options.conf?.({ folder, port })) ?? '');
  const children = watchChildren(join(folder, 'processes'));
  const part = makeServerPart({
    name: `nats-server-${port}`,
    children,
    logFile: join(folder, 'nats.log'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 30_000,
    prepare: () => Promise.resolve({ command, args: ['--config', file], env, cwd: folder }),
    isReady: async () => {
      const info = await firstWords(port);
      if (info?.startsWith('INFO ') !== true) return false;
      return options.waitForJetStream === false || info.includes('"jetstream":true');
    },
  });
  await part.start();
  return {
    part,
    port,
    url: `nats://127.0.0.1:${port}`,
    folder,
    configure,
    async freeze() {
      const pid = part.pid();
      if (pid === undefined) throw new Error('the server does not run');
      process.kill(pid, 'SIGSTOP');
      await waitUntilStopped(pid);
    },
    thaw() {
      const pid = part.pid();
      if (pid !== undefined) process.kill(pid, 'SIGCONT');
    },
    async close() {
      await part.stop();
      children.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
