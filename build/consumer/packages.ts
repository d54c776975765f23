import type { Metafile } from 'esbuild';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';

/** A package of the registry whose code is inside the program. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  /** sha512 of its archive as the lockfile has it, in hex. */
  readonly sha512: string;
  /** Texts of its licence and notice files. */
  readonly notices: readonly string[];
}

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

/** The packages that esbuild took code from, sorted by name and version. Throws for one without a licence. */
export async function readBundledPackages({ inputs }: Pick<Metafile, 'inputs'>): Promise<BundledPackage[]> {
  return await readPackages(Object.keys(inputs).flatMap(packageFolderOf));
}

/** The packages in these folders (`node_modules/…`), sorted by name and version. Throws for one without a licence. */
export async function readPackages(folders: readonly string[]): Promise<BundledPackage[]> {
  const lock = lockSchema.parse(JSON.parse(await readFile(join(repositoryDir, 'package-lock.json'), 'utf8')));
  const found = new Map<string, BundledPackage>();
  for (const folder of new Set(folders)) {
    const manifest = manifestSchema.parse(
      JSON.parse(await readFile(join(repositoryDir, folder, 'package.json'), 'utf8')),
    );
    const integrity = lock.packages[folder]?.integrity ?? '';
    if (!integrity.startsWith('sha512-')) throw new Error(`${folder} has no sha512 in package-lock.json.`);
    found.set(`${manifest.name}@${manifest.version}`, {
      ...manifest,
      sha512: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'),
      notices: await readNotices(join(repositoryDir, folder)),
    });
  }
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** `node_modules/@scope/name` of a file inside it, with the folders above when it is nested; nothing for our own. */
export function packageFolderOf(path: string): string[] {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
  // The folder of dependencies may be a link to another tree's.
  return folder === undefined ? [] : [folder.slice(folder.indexOf('node_modules/'))];
}

/** Its licence files; a package without one says it at the end of its README. */
async function readNotices(folder: string): Promise<string[]> {
  const all = await readdir(folder);
  const names = all.filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).toSorted();
  if (names.length > 0) return await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const readme = all.find((name) => /^readme/i.test(name));
  const text = readme === undefined ? '' : await readFile(join(folder, readme), 'utf8');
  const [section] = /^#+\s*licen[cs]e\b[^]*/im.exec(text) ?? [];
  return section === undefined ? [] : [section];
}
