import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';

/**
 * One process per data folder. The lock is SQLite's own exclusive lock on a file of nothing else: the operating system
 * drops it when its process dies, however it dies, so there is no stale lock and no guess from a process id that may
 * meanwhile belong to somebody else. The id is written beside it only so that the second process can name the first.
 */
export interface FolderLock {
  readonly release: () => void;
}

const ownerSchema = z.object({ pid: z.int() });

/** Throws AppError `data_folder_locked` with the owner's process id when another process has the folder. */
export function lockFolder(dataDir: string): FolderLock {
  const ownerFile = join(dataDir, 'journal.owner.json');
  const db = new DatabaseSync(join(dataDir, 'journal.lock'));
  try {
    db.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const pid = readOwner(ownerFile);
    throw new AppError(
      'data_folder_locked',
      `Another SPARK${pid === null ? '' : ` (process ${pid})`} uses this data folder. Nothing was changed. Close it, or choose another folder with SPARK_DATA_DIR.`,
      { data: { dataDir, pid }, cause: error },
    );
  }
  writeFileSync(ownerFile, JSON.stringify({ pid: process.pid }));
  return {
    release: () => {
      db.close();
    },
  };
}

function readOwner(file: string): number | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).pid;
  } catch {
    // The owner may be writing this very file; the lock itself is what counts.
    return null;
  }
}
