import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Hashes and reads as Unity makes them: text without its byte order mark, paths with forward slashes. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A stable 32-digit guid for a path, so that files made from code refer to each other before they exist. */
export function guidOf(assetPath: string): string {
  return createHash('md5').update(`spark-sample:${assetPath}`).digest('hex');
}

/** A positive number that stays the same for the same key, used as Unity's instance id. */
export function instanceIdOf(key: string): number {
  return 20_000 + (createHash('md5').update(key).digest().readUInt32BE(0) % 1_000_000);
}

/** Text of a file as .NET reads it: its byte order mark chooses the encoding and is left out; null when there is none. */
export function readText(path: string): string | null {
  try {
    const bytes = readFileSync(path);
    const mark = bytes.subarray(0, 2).toString('hex');
    const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
    return new TextDecoder(encoding).decode(bytes);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Writes UTF-8 without a byte order mark, making the folder first. */
export function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, 'utf8');
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Every file and folder under `folder` (project relative), `.meta` files and hidden ones left out, sorted. */
export function listAssets(projectDir: string, folder: string): string[] {
  const found: string[] = [];
  const visit = (relative: string): void => {
    for (const entry of readdirSync(join(projectDir, relative), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name.endsWith('.meta')) continue;
      const path = `${relative}/${entry.name}`;
      found.push(path);
      if (entry.isDirectory()) visit(path);
    }
  };
  if (isFolder(join(projectDir, folder))) visit(folder);
  return found.toSorted();
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
