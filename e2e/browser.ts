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
  // The package's own arguments are for a function in the cloud: one process for all pages (which ends with the first
  // page that is closed) and web security off. Only what a headless browser without a GPU needs is kept.
  const { default: chromium } = await import('@sparticuz/chromium');
  const args = ['--disable-gpu', '--font-render-hinting=none', ...(asRoot ? ['--no-sandbox'] : [])];
  return { name: '@sparticuz/chromium', executablePath: await chromium.executablePath(), args };
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
