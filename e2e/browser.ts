import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import packageJson from '../package.json' with { type: 'json' };
import { repositoryDir } from '../services/sandbox/stack/paths.ts';

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
  const args = ['--disable-gpu', '--font-render-hinting=none', ...(asRoot ? ['--no-sandbox'] : [])];
  return { name: '@sparticuz/chromium', executablePath: await unpackChromium(), args };
}

/**
 * The package unpacks into the system's temporary folder and runs whatever is already there under its name, which on a
 * shared machine is another user's and after a kill is half a browser: it is given a folder of this repository, which
 * appears whole.
 */
async function unpackChromium(): Promise<string> {
  const version = packageJson.devDependencies['@sparticuz/chromium'];
  const folder = join(repositoryDir, '.spark', 'cache', `chromium-${version}`);
  const executablePath = join(folder, 'chromium');
  if (await isExecutable(executablePath)) return executablePath;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const { TMPDIR: before } = process.env;
  process.env['TMPDIR'] = draft;
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    await rename(draft, folder).catch(async (error: unknown) => {
      // Another run may have been first.
      if (!(await isExecutable(executablePath))) throw error;
    });
    return executablePath;
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await rm(draft, { recursive: true, force: true });
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
