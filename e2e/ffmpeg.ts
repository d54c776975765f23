import { chmod, mkdir, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { cacheFolder, fetchPackage, type PinnedPackage } from './electron/fetchPackage.ts';

/** Static builds of ffmpeg inside packages of npm: GPL, for tests only, never a dependency and never shipped. */
const packages: Readonly<Record<string, PinnedPackage & { readonly file: string; readonly wanted: string }>> = {
  'linux-x64': {
    name: '@ffmpeg-installer/linux-x64',
    version: '4.1.0',
    integrity: 'sha512-Y5BWhGLU/WpQjOArNIgXD3z5mxxdV8c41C+U15nsE5yF8tVcdCGet5zPs5Zy3Ta6bU7haGpIzryutqCGQA/W8A==',
    file: 'ffmpeg',
    wanted: 'ffmpeg-linux',
  },
};

const listSchema = z.object({ browsers: z.array(z.object({ name: z.string(), revision: z.string() })) });

/**
 * Playwright writes videos with an ffmpeg that it downloads from a place of its own. Where it has none, one from npm is put
 * where it looks: the returned folder is to be its PLAYWRIGHT_BROWSERS_PATH. Undefined where there is none for this system;
 * rejects when the registry does not give it.
 */
export async function fetchFfmpeg(): Promise<string | undefined> {
  const found = packages[`${process.platform}-${process.arch}`];
  if (found === undefined) return undefined;
  const folder = join(cacheFolder, 'playwright');
  await fetchPackage(found, join(folder, `ffmpeg-${await revisionWanted()}`), async (unpacked) => {
    const kept = join(unpacked, '..', 'kept');
    await mkdir(kept);
    await rename(join(unpacked, found.file), join(kept, found.wanted));
    await chmod(join(kept, found.wanted), 0o755);
    return kept;
  });
  return folder;
}

/** Which one the installed Playwright looks for. */
async function revisionWanted(): Promise<string> {
  const playwright = createRequire(
    createRequire(import.meta.resolve('@playwright/test')).resolve('playwright/package.json'),
  );
  const file = join(dirname(playwright.resolve('playwright-core/package.json')), 'browsers.json');
  const { browsers } = listSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const revision = browsers.find(({ name }) => name === 'ffmpeg')?.revision;
  if (revision === undefined) throw new Error('This Playwright names no ffmpeg.');
  return revision;
}
