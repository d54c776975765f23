import { expect } from '@playwright/test';
import { errorCodes } from '../../shared/errors/codes.ts';
import { maxRequestBytes, routeTable } from '../../shared/contracts/index.ts';
import { launchDesktop, test, type Desktop } from './desktopApp.ts';
import { sendGenerated, type Tally } from './ipcFuzz.ts';

/** The way from a page into main, attacked from a real page: who may speak, what is answered, and what never gets in. */

let desktop: Desktop;
const ask = (route: string, input: unknown): Promise<unknown> => desktop.ask(route, input);
const refusedAs = (code: string) => ({ ok: false, error: { code } });

test.beforeAll(async ({ prepared }) => {
  test.setTimeout(300_000);
  desktop = await launchDesktop(prepared);
});
test.afterAll(() => desktop?.close());

test('names that every object has are no routes', async () => {
  for (const name of ['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'session.List'])
    expect(await ask(name, {}), name).toMatchObject(refusedAs('unknown_route'));
  for (const name of ['', 'x'.repeat(65)]) expect(await ask(name, {})).toMatchObject(refusedAs('invalid_input'));
});

test('every route refuses what its schema does not know', async () => {
  const wrong = [null, undefined, 1, 'x', [], { unknownField: 1 }, { sessionId: '../..', text: 1 }];
  let asked = 0;
  for (const [name, { input }] of routeTable) {
    for (const value of wrong) {
      if (input.safeParse(value).success) continue;
      expect(await ask(name, value), `${name} ${JSON.stringify(value)}`).toMatchObject(refusedAs('invalid_input'));
      asked += 1;
    }
  }
  expect(asked).toBeGreaterThan(routeTable.size * 5);
});

test('a message above the limit is refused, one below it is read', async () => {
  const sizes = await desktop.page.evaluate(async (limit) => {
    const { spark } = globalThis as { spark?: { request(route: string, input: unknown): Promise<unknown> } };
    const send = (input: unknown) => spark?.request('session.create', input);
    return {
      text: await send({ title: 'x'.repeat(limit) }),
      manyKeys: await send(
        Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`key ${at} `.padEnd(90, 'x'), at])),
      ),
      bytes: await send({ title: new Uint8Array(limit) }),
      below: await send({ title: 'x'.repeat(limit / 2) }),
    };
  }, maxRequestBytes);
  const tooLarge = { ok: false, error: { code: 'invalid_input', message: expect.stringContaining('larger than') } };
  expect(sizes).toMatchObject({ text: tooLarge, manyKeys: tooLarge, bytes: tooLarge });
  expect(sizes.below).toMatchObject({ error: { message: expect.not.stringContaining('larger than') } });
});

test('a window that main did not open is not answered, though it shows the same page with the same preload', async () => {
  const answer = await desktop.app.evaluate(async ({ BrowserWindow, app }) => {
    const preload = `${app.getAppPath()}/out/preload/index.cjs`;
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await foreign.loadURL('app://spark/');
    const answered: unknown = await foreign.webContents.executeJavaScript(`window.spark.request('session.list', {})`);
    foreign.destroy();
    return answered;
  });
  expect(answer).toMatchObject(refusedAs('unauthorized'));
});

test('the window’s own preload on a foreign page is not answered, and the window comes back', async () => {
  const answers = await desktop.app.evaluate(async ({ BrowserWindow }) => {
    const [own] = BrowserWindow.getAllWindows();
    const tried: unknown[] = [];
    for (const url of ['data:text/html,foreign', 'about:blank', 'app://spark.evil/', 'app://other/']) {
      // Main itself is not held back by the guards of navigation: the last line of defence is asked alone.
      await own?.loadURL(url).catch(() => undefined);
      const script = `window.spark === undefined ? 'no bridge' : window.spark.request('session.list', {})`;
      tried.push(await own?.webContents.executeJavaScript(script));
    }
    await own?.loadURL('app://spark/');
    return tried;
  });
  expect(answers).toHaveLength(4);
  for (const answer of answers) {
    if (answer !== 'no bridge') expect(answer).toMatchObject(refusedAs('unauthorized'));
  }
  expect(answers.filter((answer) => answer !== 'no bridge').length).toBeGreaterThan(0);
  await expect.poll(() => ask('app.get', {})).toMatchObject({ ok: true });
});

test('a frame inside the page gets no bridge, and main refuses a message from it', async () => {
  await desktop.page.evaluate(`{
    const frame = document.createElement('iframe');
    frame.id = 'inner';
    document.body.append(frame);
  }`);
  expect(await desktop.page.evaluate(`'spark' in document.getElementById('inner').contentWindow`)).toBe(false);
  const answer = await desktop.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
    const [own] = BrowserWindow.getAllWindows();
    const [frame] = own?.webContents.mainFrame.frames ?? [];
    // Such a message cannot be sent from outside, so the handler is called with the real frame.
    type Handlers = ReadonlyMap<string, (event: unknown, ...values: unknown[]) => Promise<unknown>>;
    const handlers: Handlers | undefined = Reflect.get(ipcMain, '_invokeHandlers');
    if (own === undefined || frame === undefined) return 'no frame';
    return await handlers?.get('spark:request')?.({ sender: own.webContents, senderFrame: frame }, 'session.list', {});
  });
  await desktop.page.evaluate(`document.getElementById('inner').remove()`);
  expect(answer).toMatchObject(refusedAs('unauthorized'));
});

test('100,000 generated messages are all answered, none by a failure of ours, and SPARK works on', async () => {
  test.setTimeout(600_000);
  // What would change the program for the worse when it is asked with an empty input is asked wrongly only elsewhere.
  const harmless = [...routeTable].filter(([, { kind, input }]) => kind === 'query' || !input.safeParse({}).success);
  const routes = harmless.map(([name]) => name);
  const total: Tally = {};
  for (let round = 0; round < 10; round += 1) {
    const tally = await desktop.page.evaluate(sendGenerated, { seed: 0x5eed + round, count: 10_000, routes });
    for (const [answer, count] of Object.entries(tally)) total[answer] = (total[answer] ?? 0) + count;
  }
  test.info().annotations.push({ type: 'answers', description: JSON.stringify(total) });
  expect(Object.values(total).reduce((sum, count) => sum + count, 0)).toBe(100_000);
  const known: ReadonlySet<string> = new Set(['ok', 'not sent', ...errorCodes]);
  expect(Object.keys(total).filter((answer) => !known.has(answer))).toEqual([]);
  expect(total).not.toHaveProperty('internal');
  expect(total['unknown_route']).toBeGreaterThan(10_000);
  expect(total['invalid_input']).toBeGreaterThan(10_000);
  expect(desktop.log()).not.toContain('failed unexpectedly');
  expect(await ask('app.get', {})).toMatchObject({ ok: true });
  expect(desktop.app.windows()).toHaveLength(1);
});
