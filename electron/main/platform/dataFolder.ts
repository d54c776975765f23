import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';

/**
 * Where SPARK keeps its data, and the move to another folder. A move happens at the start, before anything is open: the
 * files are copied, counted, and only then is the new folder the one that holds; a power cut at any moment leaves the old
 * one whole, or the new one.
 */
const locationFile = 'location.json';
const movingMark = '.spark-moving';
const locationSchema = z.object({
  folder: z.string().refine(isAbsolute).optional(),
  /** Asked for, and done at the next start. */
  moveTo: z.string().refine(isAbsolute).optional(),
});
type Location = z.infer<typeof locationSchema>;

/** Chromium's marks of a running program. */
const notMoved = /^(Singleton(Lock|Cookie|Socket)|lockfile|location\.json(\.new)?|\.spark-moving)$/;

export type Moved =
  | { readonly kind: 'moved'; readonly from: string; readonly to: string }
  | { readonly kind: 'kept'; readonly why: string };

/** The folder that holds now. `usual`: the system's place for such data, where the way to another one is noted. */
export const presentFolder = (usual: string): string => read(usual).folder ?? usual;

/** Does the move that was asked for; undefined when there was none. Call it while nothing of the folder is open. */
export function moveIfAsked(usual: string): Moved | undefined {
  const location = read(usual);
  const from = location.folder ?? usual;
  const { moveTo } = location;
  if (moveTo === undefined) return undefined;
  try {
    copyAll(from, moveTo);
    write(usual, { folder: moveTo });
  } catch (error) {
    write(usual, location.folder === undefined ? {} : { folder: location.folder });
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'kept', why };
  }
  for (const name of entriesOf(from)) rmSync(join(from, name), { recursive: true, force: true });
  rmSync(join(moveTo, movingMark), { force: true });
  return { kind: 'moved', from, to: moveTo };
}

/**
 * Notes that the data move into `chosen` at the next start: into it when it is empty, else into a folder SPARK in it.
 * Returns that folder. Throws AppError `invalid_input` where it cannot be.
 */
export function askMove(options: { readonly usual: string; readonly from: string; readonly chosen: string }): string {
  const { usual, from, chosen } = options;
  const to = isEmpty(chosen) ? chosen : join(chosen, 'SPARK');
  const refuse = (why: string): AppError => new AppError('invalid_input', `Nothing was moved: ${why}`);
  if (isInside(to, from) || isInside(from, to))
    throw refuse('that folder is part of the present one, or the other way.');
  if (!isEmpty(to)) throw refuse(`${to} is not empty. Choose another folder.`);
  const needed = sizeOf(from);
  const { bavail, bsize } = statfsSync(chosen);
  if (bavail * bsize < needed * 1.1) throw refuse(`${Math.ceil(needed / 1_048_576)} MiB do not fit there.`);
  write(usual, { folder: from, moveTo: to });
  return to;
}

function copyAll(from: string, to: string): void {
  // What a move that was cut off has left is ours, by its mark.
  if (existsSync(join(to, movingMark))) rmSync(to, { recursive: true, force: true });
  if (!isEmpty(to)) throw new Error(`${to} is not empty.`);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  writeFileSync(join(to, movingMark), '');
  for (const name of entriesOf(from)) {
    cpSync(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }
  const [there, here] = [sizeOf(to), sizeOf(from)];
  if (there !== here) throw new Error(`${there} of ${here} bytes arrived.`);
}

const entriesOf = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => !notMoved.test(name)) : [];

function sizeOf(folder: string): number {
  let bytes = 0;
  for (const name of entriesOf(folder)) bytes += sizeOfEntry(join(folder, name));
  return bytes;
}

function sizeOfEntry(path: string): number {
  const found = lstatSync(path);
  if (!found.isDirectory()) return found.isFile() ? found.size : 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOfEntry(join(path, name)), 0);
}

const isEmpty = (folder: string): boolean => !existsSync(folder) || readdirSync(folder).length === 0;

function isInside(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

function read(usual: string): Location {
  try {
    return locationSchema.parse(JSON.parse(readFileSync(join(usual, locationFile), 'utf8')));
  } catch {
    return {};
  }
}

function write(usual: string, location: Location): void {
  const file = join(usual, locationFile);
  mkdirSync(usual, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(location));
  renameSync(`${file}.new`, file);
}
