import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { BrowserContext, ElectronApplication, Page } from '@playwright/test';
import { launchDesktop, type Desktop, type Prepared } from '../electron/desktopApp.ts';
import { giveToOrdinaryUser } from '../electron/ordinaryUser.ts';
import { microphoneArgs } from '../microphone.ts';
import type { StartSpark } from './spark.ts';

/** As large as the page of a browser in playwright.config.ts. */
const contentSize = { width: 1280, height: 800 } as const;

const running = new WeakMap<BrowserContext, ElectronApplication>();

/** The desktop app whose window this page is; undefined for a page of a browser. */
export const appOf = (page: Page): ElectronApplication | undefined => running.get(page.context());

/** The built desktop app, in a real Electron. */
export function makeStartDesktop(prepared: Prepared): StartSpark {
  // What the stand-ins in Unity's place write belongs to the one person at the machine. Where this is root, the app
  // runs as another user (ordinaryUser.ts), who must be able to change it.
  if (process.getuid?.() === 0) process.umask(0);
  return async ({ env, dataDir, lifecycle }) => {
    const { SPARK_DATA_DIR: _webHosts, ...own } = env;
    // What a test has put there is the app's, too.
    if (dataDir !== undefined)
      for (const name of await readdir(dataDir, { recursive: true })) await giveToOrdinaryUser(join(dataDir, name));
    const desktop = await launchDesktop(prepared, {
      env: own,
      args: microphoneArgs('electron'),
      ...(dataDir === undefined ? {} : { dataFolder: dataDir }),
    });
    lifecycle.own('desktop app', desktop.close);
    running.set(desktop.app.context(), desktop.app);
    return { open: () => openAnew(desktop) };
  };
}

/** A browser's page has a context of its own per test; the app's window keeps what a person left in it. */
async function openAnew({ app, page }: Desktop): Promise<Page> {
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    for (const window of BrowserWindow.getAllWindows()) window.setContentSize(width, height);
  }, contentSize);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.reload();
  return page;
}
