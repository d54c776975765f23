import { mkdir, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';

/**
 * Where an asset path really is on disk: never outside the project's `Assets/` by a link, whether the file is there or
 * would be created, and never beside a name that differs only in case (one of them is lost on Windows and macOS).
 * Null when there is no such file. Throws `path_outside_assets` or `unity_rejected`.
 */
export async function resolveInAssets(root: string, path: string): Promise<string | null> {
  const wanted = join(root, path);
  const real = await realPathOf(wanted);
  if (real !== null) {
    requireInside(root, path, real);
    requireSpelling(path, relative(root, real).split(sep).join('/'));
    return real;
  }
  await requireFreeName(root, path);
  return null;
}

/**
 * Where a path in the project really is, relative to `root` (a real path) and with forward slashes, whether it is there
 * or would be created; null when a link leads out of the project, or nowhere.
 */
export async function resolveInProject(root: string, path: string): Promise<string | null> {
  let folder = root;
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    const next = join(folder, part);
    const real = await realPathOf(next).catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
    if (real === null) {
      const entries: string[] = await readdir(folder).catch(() => []);
      const isLink = entries.includes(part);
      return isLink ? null : inProject(root, join(folder, ...parts.slice(index)));
    }
    if (inProject(root, real) === null) return null;
    folder = real;
  }
  return inProject(root, folder);
}

/**
 * Makes the folder of an asset path and returns where it really is, to write there: each part is made and looked at by
 * itself, so that a folder which became a link after `resolveInAssets` leads nothing out. Throws `path_outside_assets`.
 */
export async function makeFolderInAssets(root: string, path: string): Promise<string> {
  let folder = root;
  for (const part of path.split('/').slice(0, -1)) {
    const next = join(folder, part);
    await mkdir(next).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    const real = await realPathOf(next);
    if (real === null) throw linkError(path);
    requireInside(root, path, real);
    folder = real;
  }
  return folder;
}

function inProject(root: string, real: string): string | null {
  return real.startsWith(`${root}${sep}`) ? relative(root, real).split(sep).join('/') : null;
}

/** The folders that exist are followed one by one; the first part that does not exist must not collide in case. */
async function requireFreeName(root: string, path: string): Promise<void> {
  let folder = root;
  for (const [index, part] of path.split('/').entries()) {
    const next = join(folder, part);
    const real = await realPathOf(next);
    if (real !== null) {
      if (index > 0) requireInside(root, path, real);
      folder = next;
      continue;
    }
    const entries = await readdir(folder).catch(() => []);
    const twin = entries.find((entry) => entry.toLowerCase() === part.toLowerCase());
    // An entry of the very name that does not resolve is a link to nowhere: writing would follow it.
    if (twin === part) throw linkError(path);
    if (twin !== undefined) throw caseError(path, relative(root, join(folder, twin)).split(sep).join('/'));
    return;
  }
}

async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      if (error.code === 'ELOOP') throw linkError(path, error);
    }
    throw error;
  }
}

function requireInside(root: string, path: string, real: string): void {
  const assets = join(root, 'Assets');
  if (real !== assets && !real.startsWith(`${assets}${sep}`)) throw linkError(path);
}

/** On a file system that ignores case the real path has the name as it was made. A link inside Assets may differ. */
function requireSpelling(path: string, real: string): void {
  if (real !== path && real.toLowerCase() === path.toLowerCase()) throw caseError(path, real);
}

const linkError = (path: string, cause?: unknown): AppError =>
  new AppError(
    'path_outside_assets',
    `${path} is, or goes through, a link that leads out of the project's Assets folder. Use a path without that link.`,
    { data: { path }, ...(cause === undefined ? {} : { cause }) },
  );

const caseError = (path: string, existing: string): AppError =>
  new AppError(
    'unity_rejected',
    `${path} differs from ${existing} only in upper and lower case. Use ${existing}, or another name.`,
    { data: { path, existing } },
  );
