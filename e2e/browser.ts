import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';

export interface Browser {
  readonly name: string;
  readonly executablePath: string;
  readonly args: string[];
}

const systemNames = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];

/** A browser to test in: a system Chrome or Chromium when there is one, else the headless Chromium of an npm package. */
export async function findBrowser(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of systemNames) {
      const executablePath = join(folder, name);
      if (await isExecutable(executablePath)) return { name, executablePath, args: asRoot ? ['--no-sandbox'] : [] };
    }
  }
  const { default: chromium } = await import('@sparticuz/chromium');
  return { name: '@sparticuz/chromium', executablePath: await chromium.executablePath(), args: chromium.args };
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
