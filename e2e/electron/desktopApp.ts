import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { _electron as electron, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { buildCompat } from './buildCompat.ts';
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
  /** Ends the app when it still runs. */
  readonly close: () => Promise<void>;
}

export interface PreloadBridge {
  request(route: string, input: unknown): Promise<unknown>;
}

export const test = base.extend<object, { readonly prepared: Prepared }>({
  prepared: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const found = await findElectron();
      if (found.kind === 'missing') return await use(found);
      const display = await openDisplay();
      if ('missing' in display) return await use({ kind: 'missing', reason: display.missing });
      try {
        const shown = display.name === undefined ? {} : { display: display.name };
        if (found.kind === 'older') {
          const executablePath = await buildCompat(found.executablePath);
          return await use({ kind: 'ready', electron: { ...found, executablePath }, ...shown });
        }
        if (!(await exists(join(repository, 'out/main/index.js'))))
          throw new Error('The app is not built. Run: npm run build');
        await use({ kind: 'ready', electron: found, ...shown });
      } finally {
        display.close();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

/** Skips, with the reason, where there is no Electron; else says in the report which one runs. */
export function requireElectron(prepared: Prepared): Extract<Prepared, { kind: 'ready' }> {
  test.skip(prepared.kind === 'missing', prepared.kind === 'missing' ? prepared.reason : '');
  if (prepared.kind === 'missing') throw new Error(prepared.reason);
  const { kind, version } = prepared.electron;
  test.info().annotations.push({ type: 'electron', description: `${kind} ${version}` });
  return prepared;
}

export interface LaunchOptions {
  /** An earlier run's, to go on with it; a new one, removed at the end, when left out. */
  readonly dataFolder?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function launchDesktop(prepared: Prepared, options: LaunchOptions = {}): Promise<Desktop> {
  const { electron: found, display } = requireElectron(prepared);
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'spark-desktop-')));
  const file = await asOrdinaryUser(found.executablePath, dataFolder);
  const args = [...(found.kind === 'older' ? [] : [repository]), ...(options.args ?? [])];
  const env = environment({
    HOME: dataFolder,
    SPARK_DATA_DIR: dataFolder,
    ...(display === undefined ? {} : { DISPLAY: display }),
    ...options.env,
  });
  const app = await electron.launch({
    executablePath: file,
    // Playwright would add --no-sandbox; the app is tried as it runs.
    chromiumSandbox: true,
    // A microphone to refuse, on machines that have none.
    args: ['--use-fake-device-for-media-stream', ...args],
    cwd: dataFolder,
    env,
  });
  let log = '';
  app
    .process()
    .stderr?.setEncoding('utf8')
    .on('data', (text: string) => (log += text));
  app.process().stderr?.pipe(createWriteStream(join(repository, '.spark/e2e/desktop.log'), { flags: 'a' }));
  const page = await app.firstWindow();
  await page.waitForLoadState('load');
  const ended = new Promise((resolve) => app.process().once('exit', resolve));
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
    command: { file, args, env },
    async close() {
      await app.close();
      await ended;
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** The environment of this process without any server that may be configured in it. */
export function environment(own: Record<string, string>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(SLATE_|SPARK_|NATS_|REDIS_|UNITY_|OPENAI_|ANTHROPIC_|NEXT_)/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...own };
}
