import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { launchDesktop, repository, test, type Desktop } from './desktopApp.ts';

/** What a developer does with the desktop app from its first start on, without a server, Unity or a key. */

let desktop: Desktop | undefined;
test.afterEach(async () => {
  await desktop?.close();
  desktop = undefined;
});

test('from the first start: the sandbox on one click, a script, a frame copied and saved, a build shown', async ({
  prepared,
}) => {
  test.setTimeout(240_000);
  const app = (desktop = await launchDesktop(prepared));
  const { page, dataFolder } = app;
  await app.app.evaluate(({ session, shell }, folder) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    shell.showItemInFolder = (path) => void shown.push(path);
    // In place of the dialog that asks where to.
    session.defaultSession.on('will-download', (_event, item) => item.setSavePath(`${folder}/saved.png`));
  }, dataFolder);
  await expect(page.getByRole('heading', { name: 'Set up SPARK' })).toBeVisible();
  await page.getByRole('complementary', { name: 'Sandbox' }).getByRole('button').click();
  await expect.poll(() => app.ask('app.get', {})).toMatchObject({ output: { simulated: true } });
  await expect(page.getByText(/simulated|sandbox/i).first()).toBeVisible();
  // Past the guided setup, which would go on with a first request of its own.
  await page.reload();
  await page.getByTestId('composer').fill('Create a player controller');
  await page.getByTestId('composer').press('Enter');
  await page.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByTestId('change-row').or(page.getByText('PlayerController.cs').first()).first()).toBeVisible();

  await page.keyboard.press('ControlOrMeta+1');
  await page.getByRole('button', { name: 'Render the game view' }).click();
  await expect(page.getByTestId('preview-frame')).toBeVisible();
  await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.focus());
  await page.getByRole('button', { name: /^Copy the picture/ }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  const copied = await app.app.evaluate(({ clipboard }) => clipboard.readImage().getSize());
  expect(copied.width).toBeGreaterThan(100);
  await page.getByRole('button', { name: 'Save the picture' }).click();
  await expect
    .poll(async () => (await stat(join(dataFolder, 'saved.png')).catch(() => null))?.size ?? 0)
    .toBeGreaterThan(1_000);
  expect((await readFile(join(dataFolder, 'saved.png'))).subarray(1, 4).toString()).toBe('PNG');
  await page.screenshot({ path: join(repository, '.spark/e2e/screenshots/desktop-sandbox.png') });

  await page.keyboard.press('ControlOrMeta+3');
  const panel = page.getByRole('tabpanel', { name: 'Build' });
  await panel.getByRole('button', { name: 'Build', exact: true }).click();
  const done = panel.getByRole('list', { name: 'Earlier builds' }).getByRole('article');
  await expect(done).toHaveCount(1, { timeout: 60_000 });
  await done.getByRole('button', { name: 'Show the output' }).click();
  await expect
    .poll(() => app.app.evaluate(() => (globalThis as { shown?: string[] }).shown?.join() ?? ''))
    .toContain(join(dataFolder, 'sandbox', 'SparkSandbox', 'Builds'));
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
