import { diff3MergeRegions } from 'node-diff3';
import { AppError } from '../../../../shared/errors/index.ts';

export interface MergeTexts {
  readonly base: string;
  readonly now: string;
  readonly target: string;
}

/**
 * Three-way merge of lines: what `base` → `target` changed is applied to `now`, and what `base` → `now` changed is kept.
 * Changes that touch are a conflict, never a guess. Line endings follow `now` when it has one kind throughout, so that a
 * file whose endings were converted since does not conflict in every line.
 */
export type Merge =
  | { readonly kind: 'merged'; readonly text: string }
  | { readonly kind: 'conflict'; readonly regions: readonly ConflictRegion[] };

export interface ConflictRegion {
  /** First line in `now`, from 1. */
  readonly line: number;
  readonly now: string;
  readonly wanted: string;
}

/** As much as SPARK writes at once; what is longer is generated data. */
const maxMergeCharacters = 2 * 1024 * 1024;

/** Throws AppError `unsupported` for a version that is too long to be merged. */
export function requireMergeable(texts: MergeTexts): void {
  const characters = Math.max(texts.base.length, texts.now.length, texts.target.length);
  if (characters <= maxMergeCharacters) return;
  const size = (characters / 1_048_576).toFixed(1);
  throw new AppError(
    'unsupported',
    `The file was changed since, and with ${size} million characters it is too long to be merged: SPARK merges up to 2. Nothing was changed; take the change back by hand, or with your version control.`,
    { data: { characters, limitCharacters: maxMergeCharacters } },
  );
}

export function mergeThreeWay(texts: MergeTexts): Merge {
  const { now } = texts;
  // Untouched since: exactly the bytes before, whatever their line endings.
  if (now === texts.base) return { kind: 'merged', text: texts.target };
  const ending = onlyEndingOf(now);
  const base = ending === null ? texts.base : withEnding(texts.base, ending);
  const target = ending === null ? texts.target : withEnding(texts.target, ending);
  if (now === base) return { kind: 'merged', text: target };
  if (now === target || base === target) return { kind: 'merged', text: now };

  const [o, a, b] = [linesOf(base), linesOf(now), linesOf(target)];
  // The library compares every line with its equals, so what all three share is left out: it is nearly the whole file.
  const head = sharedHead(o, a, b);
  const tail = sharedTail(o, a, b, head);
  const inner = (lines: readonly string[]): string[] => lines.slice(head, lines.length - tail);
  const parts: string[] = a.slice(0, head);
  const regions: ConflictRegion[] = [];
  for (const region of diff3MergeRegions(inner(a), inner(o), inner(b))) {
    if (region.stable) {
      parts.push(...region.bufferContent);
      continue;
    }
    const [mine, theirs] = [region.aContent.join(''), region.bContent.join('')];
    if (mine === theirs) parts.push(mine);
    else regions.push({ line: head + region.aStart + 1, now: mine, wanted: theirs });
  }
  if (regions.length > 0) return { kind: 'conflict', regions };
  return { kind: 'merged', text: [...parts, ...a.slice(a.length - tail)].join('') };
}

const linesOf = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];

const withEnding = (text: string, ending: string): string => text.replaceAll(/\r\n|\r|\n/g, ending);

/** Null when the text has several kinds of line endings, or none at all. */
function onlyEndingOf(text: string): string | null {
  const kinds = new Set(text.match(/\r\n|\r|\n/g));
  const [first] = kinds;
  return kinds.size === 1 && first !== undefined ? first : null;
}

function sharedHead(...texts: readonly [readonly string[], readonly string[], readonly string[]]): number {
  const [o, a, b] = texts;
  const most = Math.min(o.length, a.length, b.length);
  let length = 0;
  while (length < most && o[length] === a[length] && o[length] === b[length]) length += 1;
  return length;
}

function sharedTail(o: readonly string[], a: readonly string[], b: readonly string[], head: number): number {
  const most = Math.min(o.length, a.length, b.length) - head;
  let length = 0;
  while (length < most && o.at(-1 - length) === a.at(-1 - length) && o.at(-1 - length) === b.at(-1 - length)) {
    length += 1;
  }
  return length;
}
