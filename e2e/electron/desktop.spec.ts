import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { _electron as electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';
import { buildCompat } from './buildCompat.ts';
import { openDisplay, type Display } from './display.ts';
import { exists } from './fetchPackage.ts';
import { findElectron } from './findElectron.ts';
import { asOrdinaryUser } from './ordinaryUser.ts';

/** The built app in a real Electron: the window opens on its own page, talks to the bridge, and nothing else may. */

const repository = join(import.meta.dirname, '../..');
let display: Display | undefined;
let dataFolder: string;
let app: ElectronApplication;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(300_000);
  const found = await findElectron();
  test.skip(found.kind === 'missing', found.kind === 'missing' ? found.reason : '');
  if (found.kind === 'missing') return;
  const opened = await openDisplay();
  test.skip('missing' in opened, 'missing' in opened ? opened.missing : '');
  if ('missing' in opened) return;
  display = opened;
  test.info().annotations.push({ type: 'electron', description: `${found.kind} ${found.version}` });
  if (found.kind === 'older') await buildCompat(found.executablePath);
  else if (!(await exists(join(repository, 'out/main/index.js'))))
    throw new Error('The app is not built. Run: npm run build');
  dataFolder = await mkdtemp(join(tmpdir(), 'spark-desktop-'));
  app = await electron.launch({
    executablePath: await asOrdinaryUser(found.executablePath, dataFolder),
    // Playwright would add --no-sandbox; the app is tried as it runs.
    chromiumSandbox: true,
    // A microphone to refuse, on machines that have none.
    args: ['--use-fake-device-for-media-stream', ...(found.kind === 'older' ? [] : [repository])],
    cwd: dataFolder,
    env: environment({
      HOME: dataFolder,
      SPARK_DATA_DIR: dataFolder,
      ...(opened.name === undefined ? {} : { DISPLAY: opened.name }),
    }),
  });
  app.process().stderr?.pipe(createWriteStream(join(repository, '.spark/e2e/desktop.log')));
  page = await app.firstWindow();
  await page.waitForLoadState('load');
});

test.afterAll(async () => {
  await app?.close();
  display?.close();
  if (dataFolder !== undefined) await rm(dataFolder, { recursive: true, force: true });
});

/** The environment of this process without any server that may be configured in it. */
function environment(own: Record<string, string>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(SLATE_|SPARK_|NATS_|REDIS_|UNITY_|OPENAI_|ANTHROPIC_|NEXT_)/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...own };
}

const ask = (route: string, input: unknown) =>
  page.evaluate(([name, value]) => (globalThis as { spark?: PreloadBridge }).spark?.request(name, value), [
    route,
    input,
  ] as const);

interface PreloadBridge {
  request(route: string, input: unknown): Promise<unknown>;
}

test('the window shows its own page with the content security policy', async () => {
  expect(page.url()).toBe('app://spark/');
  await expect(page).toHaveTitle(/SPARK/);
  await expect(page.locator('#root')).not.toBeEmpty();
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
  expect(policy).toContain("default-src 'none'");
  await page.screenshot({ path: join(repository, '.spark/e2e/screenshots/desktop.png') });
});

test('the page has the one bridge and nothing of Node or Electron', async () => {
  const globals = await page.evaluate(() => ({
    spark: Object.keys((globalThis as { spark?: object }).spark ?? {}).sort(),
    foreign: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in globalThis),
  }));
  expect(globals).toEqual({ spark: ['on', 'request'], foreign: [] });
});

test('every window is sandboxed and isolated', async () => {
  const preferences = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      // Electron has it and does not declare it.
      const contents = window.webContents as typeof window.webContents & {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webviewTag } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webviewTag };
    }),
  );
  expect(preferences).toEqual([{ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false }]);
});

test('requests are answered by the bridge in main', async () => {
  expect(await ask('app.get', {})).toMatchObject({ ok: true, output: { host: 'desktop' } });
  const created = await ask('session.create', { title: 'From the desktop' });
  expect(created).toMatchObject({ ok: true, output: { session: { title: 'From the desktop' } } });
  expect(JSON.stringify(await ask('session.list', {}))).toContain('From the desktop');
});

test('a further window opens, shows the same, and every window stays on top when asked', async () => {
  const opened = app.waitForEvent('window');
  expect(await ask('desktop.act', { act: 'new_window' })).toMatchObject({ ok: true });
  const second = await opened;
  await expect(second.locator('#root')).not.toBeEmpty();
  const onTop = () =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isAlwaysOnTop()));
  expect(await ask('desktop.act', { act: 'always_on_top', on: true })).toMatchObject({ output: { alwaysOnTop: true } });
  await expect.poll(onTop).toEqual([true, true]);
  await ask('desktop.act', { act: 'always_on_top', on: false });
  await expect.poll(onTop).toEqual([false, false]);
  await second.close();
  await expect.poll(() => app.windows().length).toBe(1);
});

test('unknown routes and wrong inputs are refused', async () => {
  for (const route of ['constructor', '__proto__', 'toString']) {
    expect(await ask(route, {})).toMatchObject({ ok: false, error: { code: 'unknown_route' } });
  }
  expect(await ask('session.list', { extra: 1 })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(await ask('x'.repeat(65), {})).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
});

test('pages cannot read outside of the window, not even by odd paths', async () => {
  for (const path of ['/../main/index.js', '/%2e%2e/main/index.js', '/..%2fmain%2findex.js', '/package.json']) {
    expect(await page.evaluate(async (to) => (await fetch(to)).status, path)).toBe(404);
  }
});

test('the window cannot be led away and opens no other', async () => {
  await page.evaluate(`location.href = 'https://example.com/'`);
  await page.evaluate(`void window.open('https://example.com/')`);
  await page.evaluate(`{
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(frame);
  }`);
  expect(await ask('health.get', {})).toMatchObject({ ok: true });
  expect(page.url()).toBe('app://spark/');
  expect(app.windows()).toHaveLength(1);
});

test('the microphone is refused while voice is off, notifications are the window’s own setting', async () => {
  const states = await page.evaluate(`(async () => ({
    media: await navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', (error) => error.name),
    notification: await Notification.requestPermission(),
  }))()`);
  expect(states).toEqual({ media: 'NotAllowedError', notification: 'granted' });
});

test('quitting releases everything, remembers the window and ends the process', async () => {
  const ended = new Promise((resolve) => app.process().once('exit', resolve));
  await app.evaluate(({ app: running }) => running.quit());
  expect(await ended).toBe(0);
  expect(JSON.parse(await readFile(join(dataFolder, 'window.json'), 'utf8'))).toMatchObject({ maximized: false });
});
