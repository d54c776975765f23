import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { PNG } from 'pngjs';
import { launchDesktop, repository, test, type Desktop } from './desktopApp.ts';
import { openKeyring } from './keyring.ts';
import { giveToOrdinaryUser } from './ordinaryUser.ts';

/** What a developer does with the desktop app from its first start on, without a server, Unity or a key. */

let desktop: Desktop | undefined;
test.afterEach(async () => {
  await desktop?.close();
  desktop = undefined;
});

test('from the first start to a script, a frame and a build, with nothing but the sandbox', async ({ prepared }) => {
  const app = (desktop = await launchDesktop(prepared));
  const { page, dataFolder } = app;
  const project = join(dataFolder, 'sandbox/SparkSandbox');
  const script = join(project, 'Assets/Scripts/PlayerController.cs');

  await test.step('the sandbox is on by one click, and says what is simulated', async () => {
    await expect(page.getByRole('heading', { name: 'Set up SPARK' })).toBeVisible();
    await page.getByRole('complementary', { name: 'Sandbox' }).getByRole('button').click();
    await expect.poll(() => app.ask('app.get', {})).toMatchObject({ output: { simulated: true } });
    await expect(page.getByTestId('status-unity')).toContainText('simulated');
  });

  await test.step('a script is in the project after it was approved, not before', async () => {
    await page.getByRole('button', { name: 'Create a player controller' }).click();
    const approval = page.getByTestId('approval-card');
    await expect(approval).toContainText('Assets/Scripts/PlayerController.cs');
    await expect(readFile(script)).rejects.toThrow('ENOENT');
    await approval.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText('PlayerController.cs generated').first()).toBeVisible();
    expect(await readFile(script, 'utf8')).toContain('class PlayerController');
    await expect(page.getByRole('button', { name: 'Stop (Esc)' })).toBeHidden();
  });

  await test.step('a frame is shown, copied and saved', async () => {
    await page.getByRole('button', { name: 'Render the game view' }).click();
    await expect(page.getByTestId('preview-frame')).toBeVisible();
    await page.screenshot({ path: join(repository, '.spark/e2e/screenshots/desktop-sandbox.png') });
    await page.getByRole('button', { name: 'Copy the picture' }).click();
    await expect(page.getByRole('toolbar', { name: 'This frame' }).getByRole('status')).toHaveText('Copied.');
    const copied = await app.app.evaluate(async ({ clipboard }) => {
      // An older Electron has the picture at once.
      const readImage: (() => { toPNG(): Buffer }) | undefined = Reflect.get(clipboard, 'readImage');
      if (readImage !== undefined) return readImage.call(clipboard).toPNG().toString('base64');
      const [item] = await clipboard.read();
      const blob = await item?.getType('image/png');
      return Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)).toString('base64');
    });

    const saved = join(dataFolder, 'saved.png');
    await app.app.evaluate(({ session }, path) => {
      session.defaultSession.once('will-download', (_event, item) => {
        // What a person would have chosen in the dialog.
        item.setSavePath(path);
        item.once('done', (_done, state) => Object.assign(globalThis, { saved: [state, item.getFilename()] }));
      });
    }, saved);
    await page.getByRole('button', { name: 'Save the picture' }).click();
    const outcome = () => app.app.evaluate(() => (globalThis as { saved?: string[] }).saved);
    await expect.poll(outcome).toEqual(['completed', expect.stringMatching(/^game-view-\d{4}-.*\.png$/)]);
    const [kept, taken] = [await readFile(saved), Buffer.from(copied, 'base64')].map((bytes) => PNG.sync.read(bytes));
    expect(kept?.width).toBeGreaterThan(100);
    expect([taken?.width, taken?.height]).toEqual([kept?.width, kept?.height]);
    expect(taken?.data.equals(kept?.data ?? Buffer.alloc(0))).toBe(true);
  });

  await test.step('the output of a build is shown in the file manager', async () => {
    await app.app.evaluate(({ shell }) => {
      const shown: string[] = [];
      Object.assign(globalThis, { shown });
      shell.showItemInFolder = (path) => void shown.push(path);
    });
    await page.keyboard.press('ControlOrMeta+3');
    await page.getByRole('combobox', { name: 'Target' }).selectOption('linux64');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    const build = page.getByTestId('build-card').first();
    await expect(build.getByRole('status').first()).toHaveText('completed');
    await build.getByRole('button', { name: 'Show the output' }).click();
    const shown = () => app.app.evaluate(() => (globalThis as { shown?: string[] }).shown ?? []);
    await expect.poll(shown).toHaveLength(1);
    const [output = ''] = await shown();
    expect(output.startsWith(join(project, 'Builds'))).toBe(true);
    await stat(output);
    await expect(build).toContainText('Shown in the file manager.');
  });
});

test('the data move to the folder that was chosen, with everything in them', async ({ prepared }) => {
  const env = { SPARK_DATA_DIR: '' };
  const first = (desktop = await launchDesktop(prepared, { env }));
  const { dataFolder } = first;
  const usual = join(dataFolder, '.local/share/spark');
  await first.ask('session.create', { title: 'Moves along' });
  expect(await readdir(usual)).toContain('journal.sqlite');
  const ended = new Promise((resolve) => first.app.process().once('exit', resolve));
  await first.app.evaluate(({ app, dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen], bookmarks: [] });
    // This test starts it again itself.
    app.relaunch = () => undefined;
  }, dataFolder);
  await first.ask('desktop.act', { act: 'move_data' }).catch(() => undefined);
  expect(await ended).toBe(0);
  const second = await launchDesktop(prepared, { env, dataFolder });
  try {
    expect(JSON.stringify(await second.ask('session.list', {}))).toContain('Moves along');
    expect(await second.ask('data.get', {})).toMatchObject({ output: { folder: join(dataFolder, 'SPARK') } });
    expect(await readdir(usual)).not.toContain('journal.sqlite');
  } finally {
    await second.close();
  }
});

test('a newer version on the configured server is fetched and asked about; later means that it goes on', async ({
  prepared,
}) => {
  const bytes = Buffer.from('the installer of a newer version');
  const sha512 = createHash('sha512').update(bytes).digest('base64');
  const file = { url: 'SPARK-99.0.0.AppImage', sha512, size: bytes.length };
  const asked: string[] = [];
  const release = Promise.withResolvers<void>();
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    await release.promise;
    const index = { version: '99.0.0', files: [file], path: file.url, sha512, releaseDate: '2026-11-01' };
    if (path.startsWith('/spark/latest-linux.yml')) response.end(JSON.stringify(index));
    else if (path === `/spark/${file.url}`) response.end(bytes);
    else response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    void answer(path, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const app = (desktop = await launchDesktop(prepared, {
      env: { SPARK_UPDATE_URL: `http://127.0.0.1:${port}/spark/`, APPIMAGE: '/nonexistent/SPARK.AppImage' },
    }));
    await app.app.evaluate(({ dialog }) => {
      const questions: string[] = [];
      Object.assign(globalThis, { questions });
      dialog.showMessageBox = async (...parameters: unknown[]) => {
        questions.push(JSON.stringify(parameters.at(-1)));
        return { response: 1, checkboxChecked: false };
      };
    });
    release.resolve();
    const questions = () => app.app.evaluate(() => (globalThis as { questions?: string[] }).questions?.join() ?? '');
    await expect.poll(questions, { timeout: 60_000 }).toContain('SPARK 99.0.0 is ready');
    expect(await app.ask('health.get', {})).toMatchObject({ ok: true });
    expect(asked.some((path) => path.startsWith('/spark/latest-linux.yml'))).toBe(true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a key is kept by the system or until the end, and the window is told which', async ({ prepared }) => {
  const app = (desktop = await launchDesktop(prepared));
  const before = await app.ask('config.list', {});
  const kind = (before as { output: { secrets: string } }).output.secrets;
  const saved = await app.ask('config.update', { values: { ANTHROPIC_API_KEY: 'sk-ant-hunter2-hunter2' } });
  expect(saved).toMatchObject({ ok: true, output: { secrets: kind } });
  expect(JSON.stringify(saved)).not.toContain('hunter2');
  const names = await readdir(app.dataFolder);
  expect(names.includes('secrets.json')).toBe(kind === 'kept');
  for (const name of names.filter((each) => /\.(json|sqlite)$/.test(each)))
    expect(await readFile(join(app.dataFolder, name), 'latin1'), name).not.toContain('hunter2');
});

test('with a keyring a key is there after a restart, and no file has it as it is', async ({ prepared }) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'spark-keyring-'));
  await giveToOrdinaryUser(dataFolder);
  const keyring = await openKeyring(dataFolder);
  try {
    const why = 'missing' in keyring ? keyring.missing : '';
    test.skip(why !== '', why);
    if ('missing' in keyring) return;
    const options = { dataFolder, args: ['--password-store=gnome-libsecret'], env: keyring.env };
    const first = (desktop = await launchDesktop(prepared, options));
    const saved = await first.ask('config.update', { values: { ANTHROPIC_API_KEY: 'sk-ant-hunter2-hunter2' } });
    expect(saved).toMatchObject({ ok: true, output: { secrets: 'kept' } });
    await first.close();
    const kept = JSON.parse(await readFile(join(dataFolder, 'secrets.json'), 'utf8')) as Record<string, string>;
    expect(Object.keys(kept)).toEqual(['ANTHROPIC_API_KEY']);
    for (const entry of await readdir(dataFolder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      expect((await readFile(path)).includes('hunter2'), path).toBe(false);
    }
    const second = (desktop = await launchDesktop(prepared, options));
    const after = (await second.ask('config.list', {})) as { output: { secrets: string; items: unknown[] } };
    expect(after.output.secrets).toBe('kept');
    expect(after.output.items).toContainEqual(expect.objectContaining({ name: 'ANTHROPIC_API_KEY', isSet: true }));
    await second.close();
    desktop = undefined;
    // Without the keyring the same file is nothing to anybody.
    const third = (desktop = await launchDesktop(prepared, { dataFolder, args: ['--password-store=basic'] }));
    const without = (await third.ask('config.list', {})) as { output: { secrets: string; items: unknown[] } };
    expect(without.output.secrets).toBe('session');
    expect(without.output.items).toContainEqual(expect.objectContaining({ name: 'ANTHROPIC_API_KEY', isSet: false }));
  } finally {
    await desktop?.close();
    desktop = undefined;
    if (!('missing' in keyring)) await keyring.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
});
