import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-…`, as npm states it. */
  readonly integrity: string;
}

export const cacheFolder = join(import.meta.dirname, '../../.spark/cache');

/**
 * Brings a package that only tests use into `folder`, through npm and its configured registry, without making it a
 * dependency. The integrity is checked before anything is unpacked. `unpack` turns the unpacked tarball (a folder
 * `package`) into the folder to keep. Rejects when the registry does not have it or the bytes differ.
 */
export async function fetchPackage(
  wanted: PinnedPackage,
  folder: string,
  unpack: (unpacked: string) => Promise<string>,
): Promise<string> {
  if (await exists(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    await run('npm', ['pack', `${wanted.name}@${wanted.version}`, '--silent'], { cwd: work });
    const [file] = (await readdir(work)).filter((name) => name.endsWith('.tgz'));
    if (file === undefined) throw new Error(`npm brought no ${wanted.name}.`);
    const digest = createHash('sha512')
      .update(await readFile(join(work, file)))
      .digest('base64');
    if (`sha512-${digest}` !== wanted.integrity) {
      throw new Error(`${wanted.name}@${wanted.version} is not the package that was expected: sha512-${digest}`);
    }
    await run('tar', ['xzf', file], { cwd: work });
    // Renamed at the end, so that a broken-off download is never taken for a whole one.
    await rename(await unpack(join(work, 'package')), folder);
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
