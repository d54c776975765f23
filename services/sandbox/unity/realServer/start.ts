import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { readEnvironment } from '../../../../shared/node/config/index.ts';
import { watchChildren } from '../../stack/children.ts';
import { freePort } from '../../stack/ports.ts';
import { makeServerPart } from '../../stack/serverProcess.ts';
import { launcher, waitVariables, type RealServerWaits } from './launcher.ts';

/** MCP for Unity's own server as a process, on 127.0.0.1. */
export interface RealServer {
  /** Address of the MCP endpoint. */
  readonly url: string;
  readonly port: number;
  /** SIGTERM, and SIGKILL when it does not end; its folder is removed. */
  readonly close: () => Promise<void>;
}

export interface RealServerOptions {
  /** Interpreter of the environment that `installRealServer` made. */
  readonly python: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly waits?: RealServerWaits;
  /** Remote-hosted mode: every request needs an API key, which is checked at this address. */
  readonly apiKeyValidationUrl?: string;
}

/** Starts it and waits until it answers. Rejects with `stack_failed` and the end of its log. */
export async function startRealServer(options: RealServerOptions): Promise<RealServer> {
  const { python, waits = {}, apiKeyValidationUrl } = options;
  const dir = await mkdtemp(join(tmpdir(), 'spark-unity-real-'));
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const url = `http://127.0.0.1:${port}`;
  const remote =
    apiKeyValidationUrl === undefined ? [] : ['--http-remote-hosted', '--api-key-validation-url', apiKeyValidationUrl];
  const children = watchChildren(join(dir, 'processes'));
  const server = makeServerPart({
    name: 'mcp-for-unity',
    children,
    logFile: join(dir, 'server.log'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 30_000,
    prepare: () =>
      Promise.resolve({
        command: python,
        args: ['-c', launcher(waits), '--transport', 'http', '--http-url', url, ...remote],
        cwd: dir,
        env: { ...inherited(), ...quiet(dir), ...waitVariables(waits) },
      }),
    isReady: () => isHealthy(url),
  });
  const close = async (): Promise<void> => {
    await server.stop(5_000);
    children.close();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await server.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `${url}/mcp`, port, close };
}

/** No telemetry, no look for updates, no connection to an editor at start, nothing written outside its folder. */
const quiet = (dir: string): Record<string, string> => ({
  DISABLE_TELEMETRY: 'true',
  UNITY_MCP_SKIP_STARTUP_CONNECT: '1',
  FASTMCP_CHECK_FOR_UPDATES: 'off',
  FASTMCP_SHOW_SERVER_BANNER: 'false',
  UNITY_MCP_LOG_DIR: dir,
  XDG_DATA_HOME: dir,
});

/** What an interpreter needs from this process; nothing of the app's own variables. */
function inherited(): Record<string, string> {
  const env = readEnvironment();
  const names = process.platform === 'win32' ? ['SystemRoot', 'PATH', 'USERPROFILE', 'TEMP'] : ['PATH', 'HOME', 'LANG'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
