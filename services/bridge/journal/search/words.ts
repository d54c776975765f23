/**
 * How text becomes words that can be found, the same way for what is kept and for what is asked. Words are folded (case,
 * accents); `PlayerController` is found by `player` and by `controller`; of writings without spaces each character is a
 * word and a run of them a phrase. What comes out are letters and digits alone, so nothing that a person types can be
 * taken for the query language of SQLite. Pure.
 */
const word = /[\p{L}\p{N}\p{M}]+/gu;
/** Most text is: ten times as fast. */
const asciiWord = /[A-Za-z0-9]+/g;
// oxlint-disable-next-line no-control-regex -- all of ASCII
const ascii = /^[\u0000-\u007f]*$/;
const asciiPart = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+/g;
/** A word of one part, as nearly all are. */
const plain = /^(?:[A-Z]?[a-z]+|[A-Z]+|[0-9]+)$/;
/** `Player`, `HTTP`, `2`: the parts of a name that is written in one. */
const part = /\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+/gu;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const unspacedEach =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;

/** More words than these are not looked for. */
const maxWords = 16;
const maxWordChars = 64;

const fold = (text: string): string =>
  ascii.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replaceAll(/\p{M}+/gu, '')
        .normalize('NFC')
        .toLowerCase();

/** A word, or a part of one, and where it stands in the text. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly folded: string;
}

/** Every word of a text with its parts, in order; a word comes before its parts. */
export function* placesOf(text: string): Generator<Place> {
  const isAscii = ascii.test(text);
  for (const found of text.matchAll(isAscii ? asciiWord : word)) {
    const [whole] = found;
    const start = found.index;
    if (!isAscii && unspaced.test(whole)) {
      yield* pieces(whole, start, unspacedEach);
      continue;
    }
    yield { start, end: start + whole.length, folded: fold(whole) };
    if (plain.test(whole)) continue;
    const parts = [...pieces(whole, start, isAscii ? asciiPart : part)];
    if (parts.length > 1) yield* parts;
  }
}

function* pieces(whole: string, start: number, pattern: RegExp): Generator<Place> {
  for (const { 0: piece, index } of whole.matchAll(pattern)) {
    yield { start: start + index, end: start + index + piece.length, folded: fold(piece) };
  }
}

/**
 * What is given to the index for a text. ASCII is cut into words by SQLite itself, as `placesOf` does: of the 300 µs that
 * an entry of 1 kB took, two thirds went into cutting words that need no folding.
 */
export function toIndexText(text: string): string {
  if (ascii.test(text)) {
    const names = (text.match(asciiWord) ?? [])
      .filter((name) => !plain.test(name))
      .flatMap((name) => name.match(asciiPart) ?? []);
    return [text, ...names].join(' ').toLowerCase();
  }
  const words: string[] = [];
  for (const { folded } of placesOf(text)) if (folded !== '') words.push(folded);
  return words.join(' ');
}

/** What is looked for: each word as the tokens that must follow one another; the last of them may go on. */
export function toWords(query: string): readonly (readonly string[])[] {
  const words: string[][] = [];
  for (const [whole] of query.matchAll(word)) {
    const tokens = unspaced.test(whole) ? (whole.match(unspacedEach) ?? []).map(fold) : [fold(whole)];
    const kept = tokens.map((token) => token.slice(0, maxWordChars)).filter((token) => token !== '');
    if (kept.length > 0) words.push(kept);
  }
  return words.slice(0, maxWords);
}

/**
 * The MATCH expression of FTS5: all words, each as a beginning; a single letter only as itself, since half of all words
 * begin with it. Empty when there is nothing to look for.
 */
export const toMatch = (words: readonly (readonly string[])[]): string =>
  words
    .map((tokens) => `"${tokens.join(' ').replaceAll('"', '')}"${tokens.join('').length === 1 ? '' : '*'}`)
    .join(' AND ');
