import { expect, type ElectronApplication, type Page } from '@playwright/test';
import { appOf } from './hosts/desktop.ts';

interface HeldRequests {
  readonly held: () => Promise<number>;
  readonly release: () => Promise<void>;
}

/** Holds back the page's requests to one route until `release`; all else passes. The page is loaded again for it. */
export async function holdRequests(page: Page, route: string): Promise<HeldRequests> {
  const app = appOf(page);
  const holding = app === undefined ? await holdOnSocket(page, route) : await holdInMain(app, route);
  await page.reload();
  await expect(page.getByTestId('composer')).toBeVisible();
  return holding;
}

async function holdOnSocket(page: Page, route: string): Promise<HeldRequests> {
  const waiting: (() => void)[] = [];
  let isHolding = true;
  await page.routeWebSocket(/\/api\/socket/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (isHolding && String(message).includes(`"${route}"`)) waiting.push(() => server.send(message));
      else server.send(message);
    });
  });
  return {
    held: async () => waiting.length,
    async release() {
      isHolding = false;
      for (const send of waiting.splice(0)) send();
    },
  };
}

interface Held {
  waiting?: (() => void)[];
}

/** Electron has no way to look at a handler: the map that it keeps them in is read, and the handler put back at the end. */
async function holdInMain(app: ElectronApplication, route: string): Promise<HeldRequests> {
  await app.evaluate(({ ipcMain }, name) => {
    type Handler = (event: unknown, asked: unknown, input: unknown) => unknown;
    const handlers = (ipcMain as typeof ipcMain & { readonly _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    const answer = handlers.get('spark:request');
    if (answer === undefined) throw new Error('Main serves no requests.');
    const waiting: (() => void)[] = [];
    Object.assign(globalThis, { waiting });
    handlers.set('spark:request', async (event, asked, input) => {
      if (asked === name && (globalThis as Held).waiting === waiting)
        await new Promise<void>((resolve) => waiting.push(resolve));
      return answer(event, asked, input);
    });
  }, route);
  return {
    held: () => app.evaluate(() => (globalThis as Held).waiting?.length ?? 0),
    release: () =>
      app.evaluate(() => {
        const { waiting } = globalThis as Held;
        delete (globalThis as Held).waiting;
        for (const go of waiting ?? []) go();
      }),
  };
}
