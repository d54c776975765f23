import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';

/**
 * Copies a file into a folder of the project, whole or not at all, and never over another: a hidden file, which Unity
 * ignores, is linked to its name, and a link to a name that is taken fails. Throws `stale_file` when the name is taken,
 * `not_found` when the source has gone, and `unity_rejected` for what the disk refuses; nothing is copied then.
 */
export async function copyWhole(copy: {
  readonly source: string;
  /** Real path of the folder. */
  readonly folder: string;
  readonly name: string;
  /** The asset's path, for the message. */
  readonly path: string;
}): Promise<void> {
  const { source, folder, name, path } = copy;
  const [target, hidden] = [join(folder, name), join(folder, `.spark-${randomUUID()}`)];
  try {
    await copyFile(source, hidden, constants.COPYFILE_EXCL);
    try {
      await link(hidden, target);
    } catch (error) {
      if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error))) throw error;
      // File systems without links (exFAT, some network drives).
      await copyFile(hidden, target, constants.COPYFILE_EXCL);
    }
  } catch (error) {
    throw toCopyError(error, source, path);
  } finally {
    await rm(hidden, { force: true });
  }
}

/** What the file system said, in words that tell what to do; an AppError stays as it is. */
export function toCopyError(error: unknown, source: string, path: string): AppError {
  if (error instanceof AppError) return error;
  const details = { data: { path }, cause: error };
  switch (codeOf(error)) {
    case 'EEXIST':
      return new AppError('stale_file', `There is another ${path} now. Nothing was copied.`, details);
    case 'ENOENT':
      return new AppError('not_found', `${source}, or the folder for ${path}, has gone. Nothing was copied.`, details);
    case 'ENOSPC':
    case 'EDQUOT':
      return refused(path, 'the disk is full; make room and ask again', details);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return refused(path, `${source} may not be read, or its folder not be written; check their permissions`, details);
    default:
      return refused(path, `the disk reports "${error instanceof Error ? error.message : String(error)}"`, details);
  }
}

const refused = (path: string, why: string, details: ConstructorParameters<typeof AppError>[2]): AppError =>
  new AppError('unity_rejected', `${path} could not be written: ${why}. Nothing was copied.`, details);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
