import { markedPart, type Hit, type Segment } from '../../markedPart.ts';
import { placesOf } from './words.ts';

/** Characters of an excerpt, and how many of them may stand before the first hit. */
const length = 220;
const before = 60;
/** A text is looked through as far as this for its first hit. */
const lookedThrough = 200_000;

/**
 * The part of a text where the words are, with the hits marked. Without a hit (the words are elsewhere in the entry) its
 * beginning. White space is one space. Pure.
 */
export function excerptOf(text: string, words: readonly (readonly string[])[]): Segment[] {
  const tokens = words.flat();
  const hits: Hit[] = [];
  for (const { start, end, folded } of placesOf(text.slice(0, lookedThrough))) {
    const first = hits[0];
    if (first !== undefined && start > first.start + length) break;
    const last = hits.at(-1);
    // A part of a word that is marked already.
    if (last !== undefined && start < last.end) continue;
    const token = tokens.find((wanted) => folded.startsWith(wanted));
    // Folding may change the length of a word: then the whole of it is marked.
    if (token !== undefined) hits.push({ start, end: folded.length === end - start ? start + token.length : end });
  }
  const from = startOf(text, Math.max(0, (hits[0]?.start ?? 0) - before));
  const to = Math.min(text.length, from + length);
  return markedPart(text, { from, to }, hits);
}

/** The beginning of the word at `at`, not in the middle of it. */
function startOf(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.slice(at, at + before).search(/\s/);
  return space === -1 ? at : at + space + 1;
}
