import { markedPart, type Hit, type Segment } from './markedPart.ts';

/** Characters of the part, and how many of them may stand before the first hit. */
const length = 220;
const before = 60;

/**
 * The part of a text where these words are, wherever they stand in its words, with the hits marked; its beginning when
 * none is there. White space is one space. `words` are in lower case. Pure.
 */
export function partWith(text: string, words: readonly string[]): Segment[] {
  const line = text.replaceAll(/\s+/g, ' ').trim().toWellFormed();
  const hits = hitsIn(line, words);
  const first = hits[0]?.start ?? 0;
  const from = first <= before ? 0 : startOfWord(line, first - before, first);
  const to = Math.min(line.length, from + length);
  return markedPart(line, { from, to }, hits);
}

/** Every place of a word, in order, none within another. */
function hitsIn(line: string, words: readonly string[]): Hit[] {
  const lower = line.toLowerCase();
  // A letter whose lower case is longer would move all places behind it: nothing is marked then.
  if (lower.length !== line.length) return [];
  const found: Hit[] = [];
  for (const word of words) {
    if (word === '') continue;
    for (let start = lower.indexOf(word); start !== -1; start = lower.indexOf(word, start + word.length)) {
      found.push({ start, end: start + word.length });
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: Hit[] = [];
  for (const hit of found) {
    const last = apart.at(-1);
    if (last === undefined || hit.start >= last.end) apart.push(hit);
  }
  return apart;
}

/** The beginning of the next word after `at`, and not behind the hit. */
function startOfWord(line: string, at: number, hit: number): number {
  const space = line.indexOf(' ', at);
  return space === -1 || space >= hit ? at : space + 1;
}
