import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * The migrations are files beside this one, or assets of the packaged program (Node's single executable), where no such
 * folder is. `node:sea` is imported when it is asked for: the app, which never asks, also runs where there is none.
 */
const folderName = 'migrations';
export const migrationsFolder = join(import.meta.dirname, folderName);

/** The migrations' names in order, `001_sessions_and_events` first. */
export async function migrationNames(): Promise<string[]> {
  const packed = await readPacked();
  const files = packed === undefined ? await readdir(migrationsFolder) : [...packed.keys()];
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

/** Runs `work` with a folder that holds the migrations and nothing else. */
export async function withMigrations<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const packed = await readPacked();
  if (packed === undefined) return await work(migrationsFolder);
  const folder = await mkdtemp(join(tmpdir(), 'spark-db-'));
  try {
    for (const [file, text] of packed) await writeFile(join(folder, file), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Texts by file name; undefined where the program is not packaged. */
async function readPacked(): Promise<ReadonlyMap<string, string> | undefined> {
  const { getAsset, getAssetKeys, isSea } = await import('node:sea');
  if (!isSea()) return undefined;
  const keys = getAssetKeys().filter((key) => key.startsWith(`${folderName}/`));
  return new Map(keys.map((key) => [key.slice(folderName.length + 1), getAsset(key, 'utf8')]));
}
