import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { isUnwanted } from './contents.ts';
import { loadedByMain, withDependencies } from './runtimePackages.ts';

export interface AppFolder {
  /** Folders of all packages whose code is inside, bundled or as they are: for the notices. */
  readonly packages: readonly string[];
}

/**
 * Writes the folder that becomes the app's archive: what `npm run build` made, a manifest with what Electron reads of it,
 * and the packages that main loads, each without its sources, types, tests and papers.
 */
export async function writeAppFolder(folder: string, executable: string): Promise<AppFolder> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const out = join(repositoryDir, 'out');
  for (const part of ['main', 'preload', 'renderer'])
    await cp(join(out, part), join(folder, 'out', part), { recursive: true });
  const direct = await loadedByMain(join(out, 'main'), Object.keys(manifest.dependencies));
  const folders = await withDependencies(repositoryDir, direct);
  for (const each of folders) await copyPackage(each, folder);
  await writeFile(join(folder, 'package.json'), appManifest(executable, direct));
  const bundled = await Promise.all(
    ['main', 'preload', 'renderer'].map((part) => readList(join(out, `packages/${part}.json`))),
  );
  return { packages: [...new Set([...folders, ...bundled.flat()])].toSorted() };
}

/** The manifest inside the app. `desktopName` ties the window to the desktop entry of the same name. */
export function appManifest(executable: string, direct: readonly string[]): string {
  const { name, version, description, author, license, type, main } = manifest;
  const dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies).filter(([each]) => direct.includes(each)),
  );
  const inside = {
    name,
    productName: 'SPARK',
    desktopName: `${executable}.desktop`,
    version,
    description,
    author,
    license,
  };
  return JSON.stringify({ ...inside, type, main, dependencies });
}

async function copyPackage(folder: string, to: string): Promise<void> {
  const from = join(repositoryDir, folder);
  await cp(from, join(to, folder), {
    recursive: true,
    dereference: true,
    filter: (source) => {
      const path = relative(from, source).replaceAll('\\', '/');
      // Packages inside of it are copied when something needs them.
      if (path === 'node_modules') return false;
      // Of the grammars only C# is used.
      if (/^tree-sitter-.+\.wasm$/.test(basename(path))) return path.endsWith('tree-sitter-c-sharp.wasm');
      return path === '' || !isUnwanted(path);
    },
  });
}

async function readList(file: string): Promise<string[]> {
  return z.array(z.string()).parse(JSON.parse(await readFile(file, 'utf8')));
}
