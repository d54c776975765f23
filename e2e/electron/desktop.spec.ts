import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { launchDesktop, repository, test, type Desktop } from './desktopApp.ts';

/** The built app in a real Electron: the window opens on its own page and talks to the bridge. */

let desktop: Desktop;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ prepared }) => {
  test.setTimeout(300_000);
  desktop = await launchDesktop(prepared);
});

test.afterAll(() => desktop?.close());

const ask = (route: string, input: unknown): Promise<unknown> => desktop.ask(route, input);

test('the window shows its own page with the content security policy', async () => {
  expect(desktop.page.url()).toBe('app://spark/');
  await expect(desktop.page).toHaveTitle(/SPARK/);
  await expect(desktop.page.locator('#root')).not.toBeEmpty();
  const policy = await desktop.page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
  expect(policy).toContain("default-src 'none'");
  await desktop.page.screenshot({ path: join(repository, '.spark/e2e/screenshots/desktop.png') });
});

test('the page has the one bridge and nothing of Node or Electron', async () => {
  const globals = await desktop.page.evaluate(() => ({
    spark: Object.keys((globalThis as { spark?: object }).spark ?? {}).sort(),
    foreign: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in globalThis),
  }));
  expect(globals).toEqual({ spark: ['on', 'request'], foreign: [] });
});

test('every window is sandboxed and isolated', async () => {
  const preferences = await desktop.app.evaluate(({ BrowserWindow }) =>
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
  const opened = desktop.app.waitForEvent('window');
  expect(await ask('desktop.act', { act: 'new_window' })).toMatchObject({ ok: true });
  const second = await opened;
  await expect(second.locator('#root')).not.toBeEmpty();
  const onTop = () =>
    desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isAlwaysOnTop()));
  expect(await ask('desktop.act', { act: 'always_on_top', on: true })).toMatchObject({ output: { alwaysOnTop: true } });
  await expect.poll(onTop).toEqual([true, true]);
  await ask('desktop.act', { act: 'always_on_top', on: false });
  await expect.poll(onTop).toEqual([false, false]);
  await second.close();
  await expect.poll(() => desktop.app.windows().length).toBe(1);
});

test('pages cannot read outside of the window, not even by odd paths', async () => {
  for (const path of ['/../main/index.js', '/%2e%2e/main/index.js', '/..%2fmain%2findex.js', '/package.json']) {
    expect(await desktop.page.evaluate(async (to) => (await fetch(to)).status, path)).toBe(404);
  }
});

test('quitting releases everything, remembers the window and ends the process', async () => {
  const ended = new Promise((resolve) => desktop.app.process().once('exit', resolve));
  await desktop.app.evaluate(({ app: running }) => running.quit());
  expect(await ended).toBe(0);
  expect(JSON.parse(await readFile(join(desktop.dataFolder, 'window.json'), 'utf8'))).toMatchObject({
    maximized: false,
  });
});
