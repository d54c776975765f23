import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { giveToOrdinaryUser } from './electron/ordinaryUser.ts';
import { appOf } from './hosts/desktop.ts';

interface SavedFile {
  /** The name that it is offered under. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The file that `act` gives to the person: a download of the browser, the dialog to save of the desktop app. */
export async function saved(page: Page, act: () => Promise<void>): Promise<SavedFile> {
  const app = appOf(page);
  if (app === undefined) {
    const [download] = await Promise.all([page.waitForEvent('download'), act()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }
  const folder = await mkdtemp(join(tmpdir(), 'spark-saved-'));
  try {
    await giveToOrdinaryUser(folder);
    const path = join(folder, 'saved');
    const ended = app.evaluate(
      ({ session }, chosen) =>
        new Promise<readonly [string, string]>((resolve) => {
          session.defaultSession.once('will-download', (_event, item) => {
            // What a person would have chosen in the dialog.
            item.setSavePath(chosen);
            item.once('done', (_done, state) => resolve([state, item.getFilename()]));
          });
        }),
      path,
    );
    const [[state, name]] = await Promise.all([ended, act()]);
    if (state !== 'completed') throw new Error(`The file was not saved: ${state}`);
    return { name, bytes: await readFile(path) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
