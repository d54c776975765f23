import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { endOrphans, watchChildren, type Children } from '../services/sandbox/stack/children.ts';
import { programEnvironment } from '../services/sandbox/stack/environment.ts';
import { sayingWhatFailed } from '../services/sandbox/stack/failure.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { isPortFree } from '../services/sandbox/stack/ports.ts';
import { spawnProgram } from '../services/sandbox/stack/program.ts';
import { startSandbox } from '../services/sandbox/stack/sandbox.ts';
import { takeSlot } from '../services/sandbox/stack/slot.ts';
import { AppError } from '../shared/errors/index.ts';
import { loadConfig, readEnvironment } from '../shared/node/config/index.ts';
import { runProgram, type Lifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { findDesktopBinary } from './desktopBinary.ts';
import { ensureBuilt } from './outputs.ts';

const help = `Starts SPARK: the desktop app where Electron's binary and a display are, else the same window for a browser.

Usage: npm start [-- options]        npm run dev   (the same; the window is built again at every change)

  --web        the browser window; Electron is neither looked for nor downloaded (as SPARK_WINDOW=web)
  --desktop    the desktop app, or an error that says why not (as SPARK_WINDOW=desktop)
  --json       print one line {"ready":true,"url",…} on standard output when the browser window is served
  --help       this text

When none of SLATE_DB_HOST, NATS_URL, UNITY_MCP_URL and OPENAI_REALTIME_API_KEY is set, a sandbox is started too: real
PostgreSQL and NATS on free ports of this machine, and stand-ins for the Unity Editor and the model.
Ctrl-C ends everything that was started.`;

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** What a start needs to know and to start programs with. */
interface Host {
  readonly lifecycle: Lifecycle;
  readonly env: Record<string, string>;
  readonly children: Children;
  readonly logDir: string;
  readonly dev: boolean;
  readonly json: boolean;
}

const options = readArguments();
if (options === undefined) {
  say(help);
  process.exitCode = 64;
} else if (options.help) process.stdout.write(`${help}\n`);
else {
  const { dev, json } = options;
  const logger = makeLogger({ name: 'spark-start', level: 'warn' });
  await runProgram({
    logger,
    deadlineMs: 30_000,
    run: sayingWhatFailed(async (lifecycle) => {
      const environment = readEnvironment();
      const { SPARK_WINDOW } = loadConfig(environment, ['SPARK_WINDOW']);
      const wanted = options.web ? 'web' : options.desktop ? 'desktop' : SPARK_WINDOW;
      const progress = { signal: lifecycle.signal, onProgress: (message: string) => say(`… ${message}`) };
      const desktop = wanted === 'web' ? undefined : await findDesktopBinary({ env: environment, ...progress });
      if (desktop?.kind === 'missing') {
        if (wanted === 'desktop') throw new AppError('stack_failed', `The desktop app cannot start: ${desktop.why}.`);
        say(`No desktop app (${desktop.why}): the window is served to a browser.`);
      }
      await ensureBuilt(desktop?.kind === 'found' ? 'desktop' : 'renderer', progress);

      const slot = takeSlot(join(repositoryDir, '.spark', 'run'));
      lifecycle.own('slot', () => slot.release());
      const processesDir = join(slot.dir, 'processes');
      await endOrphans(processesDir);
      const children = watchChildren(processesDir);
      lifecycle.own('process guard', () => children.close());
      const env = { ...(await startServers(lifecycle)) };
      const host: Host = { lifecycle, env, children, logDir: slot.dir, dev, json };
      return desktop?.kind === 'found' ? await runDesktop(host, desktop.path) : await runWeb(host);
    }),
  });
}

function readArguments() {
  try {
    const flag = { type: 'boolean', default: false } as const;
    return parseArgs({ options: { web: flag, desktop: flag, dev: flag, json: flag, help: { ...flag, short: 'h' } } })
      .values;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Variables of a sandbox for the app, or none when the person configured any server. */
async function startServers(lifecycle: Lifecycle): Promise<Readonly<Record<string, string>>> {
  const config = loadConfig(readEnvironment(), [
    'SLATE_DB_HOST',
    'NATS_URL',
    'UNITY_MCP_URL',
    'OPENAI_REALTIME_API_KEY',
  ]);
  if (Object.values(config).some((value) => value !== undefined)) return {};
  say(
    'No server is configured: starting the sandbox. Unity and the model are stand-ins; PostgreSQL and NATS are real.',
  );
  const starting = startSandbox({
    signal: lifecycle.signal,
    logger: makeLogger({ name: 'spark-sandbox', level: 'warn' }),
    onProgress: (message) => say(`… ${message}`),
  });
  lifecycle.own('sandbox', async () => {
    const sandbox = await starting.catch(() => undefined);
    await sandbox?.stop();
  });
  const sandbox = await starting;
  if (sandbox.unityProjectDir !== undefined) say(`The stand-in's Unity project: ${sandbox.unityProjectDir}`);
  return sandbox.env;
}

async function runWeb(host: Host): Promise<number> {
  const { lifecycle, children, logDir, dev } = host;
  const { SPARK_WEB_PORT: port } = loadConfig(readEnvironment(), ['SPARK_WEB_PORT']);
  const free = port === 0 || (await isPortFree(port));
  if (!free) say(`Port ${port} is in use; taking a free one.`);
  const env = programEnvironment({ ...host.env, ...(free ? {} : { SPARK_WEB_PORT: '0' }) });
  const program = { children, logDir, env };
  if (dev) {
    await watchWindow(host);
    say('The window is built again at every change: reload the page to see it.');
  }
  const web = await spawnProgram(
    { ...program, name: 'web', args: ['services/web/main.ts', '--json'], readyTimeoutMs: 30_000 },
    lifecycle.signal,
  );
  lifecycle.own('web host', () => web.stop());
  const { url } = z.looseObject({ url: z.url() }).parse(web.ready);
  if (host.json)
    process.stdout.write(`${JSON.stringify({ ...web.ready, simulated: host.env.SPARK_SIMULATED ?? '' })}\n`);
  else process.stdout.write(`SPARK is open at ${url}\n`);
  say('Stop it with Ctrl-C.');
  const why = await web.exited();
  if (lifecycle.signal.aborted) return 0;
  throw new AppError(
    'stack_failed',
    `The web host ended (${why}). What was said and done is kept. Its log: ${web.logFile}`,
  );
}

/** Builds the window again at every change. */
async function watchWindow({ children, logDir, lifecycle }: Host): Promise<void> {
  const watching = await spawnProgram(
    { children, logDir, env: programEnvironment({}), name: 'window-build', args: ['build/renderer.ts', '--watch'] },
    lifecycle.signal,
  );
  lifecycle.own('window build', () => watching.stop());
}

async function runDesktop(host: Host, binary: string): Promise<number> {
  const { lifecycle, children, dev } = host;
  const own = { ...host.env, ELECTRON_EXEC_PATH: binary, ...(dev ? { NODE_ENV: 'development' } : {}) };
  const env = programEnvironment(own);
  // Main loads the built page, so that in development too it has its own scheme and policy.
  if (dev) await watchWindow(host);
  const viteCli = join(repositoryDir, 'node_modules/electron-vite/bin/electron-vite.js');
  const [command, ...args] = dev ? [process.execPath, viteCli, 'dev', '--watch'] : [binary, repositoryDir];
  const app = children.spawn('desktop', command ?? binary, args, {
    cwd: repositoryDir,
    env,
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  const ended = new Promise<number>((resolve) => {
    app.once('error', (error) => {
      say(error.message);
      resolve(1);
    });
    app.once('exit', (code) => resolve(code ?? 1));
  });
  lifecycle.own('desktop app', async () => {
    // The whole session: in development it is the build tool's, which starts Electron.
    signalGroup(app, 'SIGTERM');
    const force = setTimeout(() => signalGroup(app, 'SIGKILL'), 8_000);
    await ended;
    clearTimeout(force);
  });
  return await ended;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // It has ended.
  }
}
