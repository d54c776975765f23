import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { commandOf, launchDesktop, test, type Desktop, type Prepared } from './desktopApp.ts';

/** Start, second start, crash and end of the real app. Each test has an app of its own. */

const run = promisify(execFile);
let desktop: Desktop | undefined;

test.beforeAll(() => test.setTimeout(300_000));
test.afterEach(async () => {
  await desktop?.close();
  desktop = undefined;
});

async function launch(prepared: Prepared, options: Parameters<typeof launchDesktop>[1] = {}): Promise<Desktop> {
  desktop = await launchDesktop(prepared, options);
  return desktop;
}

/** Starts the program a second time on the same data folder and waits for its end. */
async function startAgain({ command }: Desktop, ...more: string[]): Promise<void> {
  await run(command.file, [...command.args, ...more], { env: command.env, cwd: command.env['HOME'] });
}

const sessionsOf = async (of: Desktop, ...titles: string[]): Promise<string[]> => {
  const made = await Promise.all(titles.map((title) => of.ask('session.create', { title })));
  return made.map((answer) => (answer as { output: { session: { sessionId: string } } }).output.session.sessionId);
};
/** The session that the window shows. */
const shown = (of: Desktop): Promise<unknown> =>
  of.page.evaluate(
    () => (JSON.parse(localStorage.getItem('spark.window') ?? '{}') as { lastSessionId?: unknown }).lastSessionId,
  );

test('a second start opens nothing: the first window comes to the front, at the session of a link', async ({
  prepared,
}) => {
  const app = await launch(prepared);
  const [, wanted = ''] = await sessionsOf(app, 'First', 'Second');
  await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  await startAgain(app, `spark://session/${wanted}`);
  await expect.poll(() => shown(app)).toBe(wanted);
  await expect
    .poll(() =>
      app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized())),
    )
    .toEqual([false]);
  await startAgain(app, 'spark://session/../../etc/passwd', 'spark://run/rm');
  expect(await shown(app)).toBe(wanted);
  expect(app.app.windows()).toHaveLength(1);
});

test('a link starts the app at its session, and the page loaded again stays where it was', async ({ prepared }) => {
  const first = await launch(prepared, {});
  const [wanted = '', other = ''] = await sessionsOf(first, 'Wanted', 'Newer');
  const { dataFolder } = first;
  await first.page.getByText('Newer').first().click();
  await expect.poll(() => shown(first)).toBe(other);
  await first.end();
  const second = await launch(prepared, { dataFolder, args: [`spark://session/${wanted}`] });
  try {
    await expect.poll(() => shown(second)).toBe(wanted);
    expect(second.page.url()).toBe('app://spark/');
    // Where the person goes after that is where the page is when it is loaded again.
    await second.page.getByText('Newer').first().click();
    await second.page.reload();
    await expect.poll(() => shown(second)).toBe(other);
  } finally {
    await second.close();
    desktop = undefined;
    await rm(dataFolder, { recursive: true, force: true });
  }
});

test('a window whose process crashed asks, or comes back, and main goes on', async ({ prepared }) => {
  const app = await launch(prepared);
  await sessionsOf(app, 'Kept');
  await app.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
  });
  await app.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    contents?.on('did-finish-load', () => Object.assign(globalThis, { loadedAgain: true }));
    contents?.forcefullyCrashRenderer();
  });
  // It may have lived for a few seconds only: then the person is asked, and the answer is yes.
  await expect.poll(() => app.app.evaluate(() => 'loadedAgain' in globalThis)).toBe(true);
  const sessions = await app.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(`window.spark.request('session.list', {})`),
  );
  expect(JSON.stringify(sessions)).toContain('Kept');
  expect(app.log()).toContain('the window crashed');
});

test('an error of main that nothing catches leaves a report, ends in order, and the next start tells', async ({
  prepared,
}) => {
  const first = await launch(prepared);
  const { dataFolder } = first;
  await sessionsOf(first, 'Before the crash');
  const ended = new Promise((resolve) => first.app.process().once('exit', resolve));
  await first.app
    .evaluate(() => {
      setTimeout(() => void Promise.reject(new Error('broken on purpose')), 10);
    })
    .catch(() => undefined);
  expect(await ended).toBe(1);
  const [report = ''] = (await readdir(join(dataFolder, 'logs'))).filter((name) => name.startsWith('crash-'));
  const text = await readFile(join(dataFolder, 'logs', report), 'utf8');
  expect(text).toContain('broken on purpose');
  expect(text).toMatch(/^SPARK \d/);
  const second = await launch(prepared, { dataFolder });
  try {
    await expect.poll(() => readdir(join(dataFolder, 'logs'))).toContain(`told-${report}`);
    expect(JSON.stringify(await second.ask('session.list', {}))).toContain('Before the crash');
  } finally {
    await second.close();
    desktop = undefined;
    await rm(dataFolder, { recursive: true, force: true });
  }
});

test('what was set of windows is there after a restart: place of each, always on top; lines are in the log', async ({
  prepared,
}) => {
  const first = await launch(prepared);
  const { dataFolder } = first;
  await first.ask('desktop.act', { act: 'always_on_top', on: true });
  const opened = first.app.waitForEvent('window');
  await first.ask('desktop.act', { act: 'new_window' });
  await opened;
  await first.app.evaluate(({ BrowserWindow }) => {
    const [one, two] = BrowserWindow.getAllWindows().toSorted((a, b) => a.id - b.id);
    one?.setBounds({ x: 40, y: 50, width: 700, height: 600 });
    two?.setBounds({ x: 300, y: 90, width: 800, height: 650 });
  });
  await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await first.end();
  const log = await readFile(join(dataFolder, 'logs/spark.log'), 'utf8');
  expect(log).toContain('SPARK has ended');
  const second = await launch(prepared, { dataFolder });
  try {
    const again = second.app.waitForEvent('window');
    await second.ask('desktop.act', { act: 'new_window' });
    await again;
    const state = await second.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .toSorted((a, b) => a.id - b.id)
        .map((window) => ({ onTop: window.isAlwaysOnTop(), width: window.getNormalBounds().width })),
    );
    expect(state).toEqual([
      { onTop: true, width: 700 },
      { onTop: true, width: 800 },
    ]);
  } finally {
    await second.close();
    desktop = undefined;
    await rm(dataFolder, { recursive: true, force: true });
  }
});

test('SIGTERM ends it in order, also while the sandbox runs in processes of its own', async ({ prepared }) => {
  const app = await launch(prepared, { args: ['--sandbox'] });
  expect(await app.ask('app.get', {})).toMatchObject({
    ok: true,
    output: { simulated: true, setup: { sandbox: 'on' } },
  });
  const helpers = await app.app.evaluate(({ app: running }) =>
    running
      .getAppMetrics()
      .filter(({ type }) => type === 'Utility')
      .map(({ pid, serviceName }) => ({ pid, serviceName })),
  );
  const standIns = helpers.filter(({ serviceName }) => serviceName === 'node.mojom.NodeService');
  expect(standIns).toHaveLength(2);
  await expect
    .poll(() => app.ask('health.get', {}), { timeout: 20_000 })
    .toMatchObject({
      output: {
        dependencies: expect.arrayContaining([expect.objectContaining({ id: 'unity', status: 'ok', simulated: true })]),
      },
    });
  const ended = new Promise((resolve) => app.app.process().once('exit', resolve));
  await app.app.evaluate(() => void process.kill(process.pid, 'SIGTERM')).catch(() => undefined);
  expect(await ended).toBe(0);
  expect(app.log()).toContain('SPARK has ended');
  for (const { pid } of standIns) expect(() => process.kill(pid, 0)).toThrow();
});

test('a program that hangs in its end is ended by force', async ({ prepared }) => {
  const app = await launch(prepared);
  const ended = new Promise((resolve) =>
    app.app.process().once('exit', (code, signal) => resolve(signal ?? `code ${code}`)),
  );
  await app.app
    .evaluate(({ app: running }) => {
      // Nothing else in this thread ever runs again: no timer, no promise.
      process.on('exit', () => {
        for (;;);
      });
      running.quit();
    })
    .catch(() => undefined);
  expect(await ended).toBe('SIGKILL');
  expect(app.log()).toContain('SPARK has ended');
});

test('the tray tells the state and has the newest sessions, and a click opens one', async ({ prepared }) => {
  const app = await launch(prepared, { args: ['--sandbox'] });
  await app.app.evaluate(({ Tray }) => {
    const drawn: { tip?: string; menu?: Electron.Menu | null } = {};
    Object.assign(globalThis, { drawn });
    const setToolTip: (this: Electron.Tray, tip: string) => void = Reflect.get(Tray.prototype, 'setToolTip');
    const setContextMenu: (this: Electron.Tray, menu: Electron.Menu | null) => void = Reflect.get(
      Tray.prototype,
      'setContextMenu',
    );
    Tray.prototype.setToolTip = function (tip) {
      drawn.tip = tip;
      setToolTip.call(this, tip);
    };
    Tray.prototype.setContextMenu = function (menu) {
      drawn.menu = menu;
      setContextMenu.call(this, menu);
    };
  });
  const drawn = () =>
    app.app.evaluate(() => {
      const { tip, menu } = (globalThis as { drawn?: { tip?: string; menu?: Electron.Menu | null } }).drawn ?? {};
      return { tip, labels: menu?.items.map(({ label, enabled }) => (enabled ? label : `(${label})`)) };
    });
  const [wanted = ''] = await sessionsOf(app, 'Wanted & found', 'Newer');
  // The editor of the sandbox may still be on its way.
  await expect.poll(drawn).toMatchObject({
    tip: expect.stringMatching(/^SPARK is ready · sandbox/),
    labels: expect.arrayContaining(['Newer', 'Wanted && found', 'Show SPARK', 'Open logs', 'Quit']),
  });
  const { tip, labels = [] } = await drawn();
  expect(labels[0]).toBe(`(${tip})`);
  await app.app.evaluate(() => {
    const { menu } = (globalThis as { drawn?: { menu?: Electron.Menu | null } }).drawn ?? {};
    menu?.items.find(({ label }) => label === 'Wanted && found')?.click();
  });
  await expect.poll(() => shown(app)).toBe(wanted);
});

test('waking from sleep reaches the bridge', async ({ prepared }) => {
  const app = await launch(prepared);
  await app.app.evaluate(({ powerMonitor }) => {
    powerMonitor.emit('suspend');
    powerMonitor.emit('resume');
  });
  await expect.poll(() => app.log()).toContain('the machine woke up; connections are looked at');
  expect(await app.ask('health.get', {})).toMatchObject({ ok: true });
});

test('version and help are printed without a window', async ({ prepared }) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'spark-desktop-'));
  try {
    const { file, args, env } = await commandOf(prepared, dataFolder);
    const { stdout: version } = await run(file, [...args, '--version'], { env });
    expect(version).toMatch(/\d+\.\d+\.\d+/);
    const { stdout: help } = await run(file, [...args, '--help'], { env });
    expect(help).toContain('--sandbox');
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
});
