import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../../shared/errors/index.ts';
import { formatRecord, parseRecord, recordOf, stillRuns } from './processIdentity.ts';

/** A folder that one running stack owns. */
export interface Slot {
  readonly name: string;
  readonly dir: string;
  /** Gives the slot to the next stack; its data stays. */
  release(): void;
}

const maxSlots = 32;

/**
 * Takes the first slot under `root` that no living process holds: `1`, `2`, … or the named one. The lock is a file with
 * the holder's process id and start, so that a lock of a killed process is known to be stale even when its id runs
 * again. A slot that another user made is passed over: its data is that user's. Throws `stack_failed` when the named slot, or all, are taken.
 */
export function takeSlot(root: string, name?: string): Slot {
  const names = name === undefined ? Array.from({ length: maxSlots }, (_, index) => String(index + 1)) : [name];
  for (const candidate of names) {
    const dir = join(root, candidate);
    makeFolder(dir);
    if (!isOwn(dir)) continue;
    const lock = join(dir, 'lock');
    if (acquire(lock)) return { name: candidate, dir, release: () => rmSync(lock, { force: true }) };
  }
  throw new AppError(
    'stack_failed',
    name === undefined
      ? `All ${maxSlots} slots under ${root} are in use by running stacks or belong to other users.`
      : `The slot ${join(root, name)} is in use by a running stack or belongs to another user.`,
  );
}

/** Others may pass through (PostgreSQL's account when root starts the stack), not look. */
function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw new AppError('stack_failed', `${dir} cannot be made: ${String(error)}. Make it writable for this user.`, {
      cause: error,
    });
  }
}

const isOwn = (dir: string): boolean => process.getuid === undefined || statSync(dir).uid === process.getuid();

function acquire(lock: string): boolean {
  const own = formatRecord(recordOf(process.pid));
  const draft = `${lock}.${process.pid}`;
  writeFileSync(draft, own, { mode: 0o644 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (linked(draft, lock)) return true;
      const holder = read(lock);
      if (holder === undefined) continue;
      const record = parseRecord(holder);
      if (record !== undefined && stillRuns(record)) return false;
      takeAway(lock, holder);
    }
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a stale lock, unless another stack replaced it between our look at it and now: then it is put back. */
function takeAway(lock: string, seen: string): void {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (read(aside) !== seen) linked(aside, lock);
  rmSync(aside, { force: true });
}

/** A hard link appears with its content and fails when the name exists: a lock is never seen empty. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
