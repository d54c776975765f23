import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { _electron as electron, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { compatExecutable } from './buildCompat.ts';
import { openDisplay } from './display.ts';
import { exists } from './fetchPackage.ts';
import { findElectron, type FoundElectron } from './findElectron.ts';
import { asOrdinaryUser } from './ordinaryUser.ts';

/** The built app in a real Electron, with its sandbox on and as an ordinary user: what every desktop spec starts from. */

export const repository = join(import.meta.dirname, '../..');

export type Prepared =
  | {
      readonly kind: 'ready';
      readonly electron: Exclude<FoundElectron, { kind: 'missing' }>;
      readonly display?: string;
    }
  | { readonly kind: 'missing'; readonly reason: string };

export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** What main has written to standard error so far. */
  readonly log: () => string;
  /** One request as the window makes it. */
  readonly ask: (route: string, input: unknown) => Promise<unknown>;
  /** How to start a second program on the same data folder. */
  readonly command: { readonly file: string; readonly args: readonly string[]; readonly env: Record<string, string> };
  /** Ends the app when it still runs, and leaves its data. Throws when it has to be killed. */
  readonly end: () => Promise<void>;
  /** Ends it, and removes the data folder that was made for it. */
  readonly close: () => Promise<void>;
}

export interface PreloadBridge {
  request(route: string, input: unknown): Promise<unknown>;
}

export const test = base.extend<object, { readonly prepared: Prepared }>({
  prepared: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
    async ({}, use) => withElectron(use),
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** Hands on what there is, with a display as long as `work` takes. The project `electron-build` has built the app before. */
export async function withElectron(work: (prepared: Prepared) => Promise<void>): Promise<void> {
  const found = await findElectron();
  if (found.kind === 'missing') return await work(found);
  const display = await openDisplay();
  if ('missing' in display) return await work({ kind: 'missing', reason: display.missing });
  try {
    const executablePath = found.kind === 'older' ? compatExecutable(found.executablePath) : found.executablePath;
    const app = found.kind === 'older' ? executablePath : join(repository, 'out/main/index.js');
    if (!(await exists(app))) throw new Error('The app is not built. Run: npm run build');
    const shown = display.name === undefined ? {} : { display: display.name };
    await work({ kind: 'ready', electron: { ...found, executablePath }, ...shown });
  } finally {
    display.close();
  }
}

/** Skips, with the reason, where there is no Electron; else says in the report which one runs. */
export function requireElectron(prepared: Prepared): Extract<Prepared, { kind: 'ready' }> {
  test.skip(prepared.kind === 'missing', prepared.kind === 'missing' ? prepared.reason : '');
  if (prepared.kind === 'missing') throw new Error(prepared.reason);
  const { kind, version } = prepared.electron;
  test.info().annotations.push({ type: 'electron', description: `${kind} ${version}` });
  return prepared;
}

/** More than SPARK takes at most, which ends itself by force (electron/main/platform/forcedEnd.ts). */
const endsWithinMs = 25_000;

export interface LaunchOptions {
  /** An earlier run's, to go on with it; a new one, removed at the end, when left out. */
  readonly dataFolder?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How the app is started on a data folder, by a test or by Playwright. */
export async function commandOf(
  prepared: Prepared,
  dataFolder: string,
  options: Omit<LaunchOptions, 'dataFolder'> = {},
): Promise<Desktop['command']> {
  const { electron: found, display } = requireElectron(prepared);
  const file = await asOrdinaryUser(found.executablePath, dataFolder);
  const args = [...(found.kind === 'older' ? [] : [repository]), ...(options.args ?? [])];
  const env = environment({
    HOME: dataFolder,
    SPARK_DATA_DIR: dataFolder,
    ...(display === undefined ? {} : { DISPLAY: display }),
    ...options.env,
  });
  return { file, args, env };
}

export async function launchDesktop(prepared: Prepared, options: LaunchOptions = {}): Promise<Desktop> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'spark-desktop-')));
  const command = await commandOf(prepared, dataFolder, options);
  const app = await electron.launch({
    executablePath: command.file,
    // Playwright would add --no-sandbox; the app is tried as it runs.
    chromiumSandbox: true,
    // A microphone to refuse, on machines that have none.
    args: ['--use-fake-device-for-media-stream', ...command.args],
    cwd: dataFolder,
    env: command.env,
  });
  // Playwright forgets it when the app has ended.
  const main = app.process();
  let log = '';
  main.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  main.stderr?.pipe(createWriteStream(join(repository, '.spark/e2e/desktop.log'), { flags: 'a' }));
  const page = await app.firstWindow();
  await page.waitForLoadState('load');
  const ended = new Promise((resolve) => main.once('exit', resolve));
  async function end(): Promise<void> {
    const closed = app.close();
    const late = once(AbortSignal.timeout(endsWithinMs), 'abort');
    const hasEnded = await Promise.race([ended.then(() => true), late.then(() => false)]);
    // Playwright waits for the end of the output, which a process of Chromium's that outlives main holds open.
    endGroup(main.pid);
    await closed;
    if (!hasEnded) throw new Error(`SPARK did not end within ${endsWithinMs / 1_000} s and was killed`);
  }
  return {
    app,
    page,
    dataFolder,
    log: () => log,
    ask: (route, input) =>
      page.evaluate(([name, value]) => (globalThis as { spark?: PreloadBridge }).spark?.request(name, value), [
        route,
        input,
      ] as const),
    command,
    end,
    async close() {
      await end();
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Playwright starts the app as the leader of a process group. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The environment of this process without any server that may be configured in it. */
export function environment(own: Record<string, string>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(SLATE_|SPARK_|NATS_|REDIS_|UNITY_|OPENAI_|ANTHROPIC_|NEXT_)/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...own };
}
