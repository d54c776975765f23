import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
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

test('the first start offers the sandbox on one click, and says what is simulated', async ({ prepared }) => {
  const app = (desktop = await launchDesktop(prepared));
  const { page } = app;
  await expect(page.getByRole('heading', { name: 'Set up SPARK' })).toBeVisible();
  await page.getByRole('complementary', { name: 'Sandbox' }).getByRole('button').click();
  await expect.poll(() => app.ask('app.get', {})).toMatchObject({ output: { simulated: true } });
  await expect(page.getByText(/simulated|sandbox/i).first()).toBeVisible();
  await page.screenshot({ path: join(repository, '.spark/e2e/screenshots/desktop-sandbox.png') });
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
