import { z } from 'zod';
import { ValidationError } from '../../../shared/errors/index.ts';

/*
 * A cursor is the key of the last row that was given, so a page begins behind that row whatever came or went meanwhile: a
 * number of rows to skip would give a row twice when one is put in front of it.
 */
const part = z.union([z.string(), z.number()]);
export type SortKey = readonly (string | number)[];

export const toCursor = (key: SortKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Throws ValidationError for what this server did not give out; `parts` are what the keys of this list are made of. */
export function parseCursor<T extends SortKey>(cursor: string, parts: z.ZodType<T>): T {
  const parsed = parts.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (parsed.success) return parsed.data;
  const path = 'cursor';
  throw new ValidationError('The cursor is none of this list.', [{ path, message: 'take `next` of the page before' }]);
}

/** The rows behind the cursor, sorted by their keys. Keys are unique; texts are compared by their code units. */
export function pageOf<T>(
  rows: readonly T[],
  options: { readonly keyOf: (row: T) => SortKey; readonly limit: number; readonly cursor: string | undefined },
): { readonly items: T[]; readonly next: string | null } {
  const { keyOf, limit, cursor } = options;
  const sorted = rows.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => compareKeys(a.key, b.key));
  const after = cursor === undefined ? undefined : parseCursor(cursor, z.array(part));
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => compareKeys(key, after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ row }) => row),
    next: last === undefined || page.length === rest.length ? null : toCursor(last.key),
  };
}

/** By the first part that differs. */
function compareKeys(a: SortKey, b: SortKey): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
