/*
 * JSON that is right and that PostgreSQL's jsonb refuses: U+0000, halves of surrogate pairs, numbers beyond `numeric`.
 * Found here each is a dead letter with its reason; found by PostgreSQL it would cost its batch log2(n) transactions.
 * Events that JSON.stringify made have no `\u` escape at all or a rare one, so nearly all texts are only searched:
 * 0.2 to 0.5 µs for each of the app's events.
 * Nesting deeper than the server's stack is left to it: the limit is a setting of the server.
 */
export type Unstorable = {
  readonly reason: 'unstorable_text' | 'unstorable_number';
  readonly detail: string;
};

/** What PostgreSQL would refuse of a text that `JSON.parse` has taken; null when it would take all of it. */
export function findUnstorable(text: string): Unstorable | null {
  const character = text.includes(String.raw`\u`) ? findCharacter(text) : null;
  if (character !== null) return { reason: 'unstorable_text', detail: character };
  if (!largeNumber.test(text) && text.length < longestScale) return null;
  const number = findNumber(text);
  return number === null ? null : { reason: 'unstorable_number', detail: number };
}

/** Every escape, so that the second half of `\\u0000` is none. */
const escapes = /\\(?:u([0-9a-fA-F]{4})|[^u])/g;

function findCharacter(text: string): string | null {
  /** Where the other half of a pair must be; -1 while none is open. */
  let lowAt = -1;
  for (const { index, 1: hex } of text.matchAll(escapes)) {
    const unit = hex === undefined ? -1 : Number.parseInt(hex, 16);
    if (unit === 0) return `U+0000 at character ${index}`;
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow ? index !== lowAt : lowAt !== -1) return halfPair(isLow ? index : lowAt - unicodeEscape);
    lowAt = unit >= 0xd800 && unit <= 0xdbff ? index + unicodeEscape : -1;
  }
  return lowAt === -1 ? null : halfPair(lowAt - unicodeEscape);
}

const unicodeEscape = String.raw`\u0000`.length;
const halfPair = (at: number): string => `half of a surrogate pair at character ${at}`;

/** `numeric` has at most this many digits before the point, and behind it. */
const longestWhole = 131_072;
const longestScale = 16_383;
/**
 * An exponent that reaches one of the limits has five digits; ids have such too, but with no end of a number behind them.
 * What looks like one inside a string costs a second look.
 */
const largeNumber = /\d[eE][+-]?\d{5,}[\s,}\]]/;
const strings = /"(?:[^"\\]|\\.)*"/g;
const numbers = /-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/g;

function findNumber(text: string): string | null {
  for (const [literal, whole = '', fraction = '', exponent = '0'] of text.replaceAll(strings, '""').matchAll(numbers)) {
    const power = Number(exponent);
    const digits = `${whole}${fraction}`;
    const leadingZeros = /^0*/.exec(digits)?.[0].length ?? 0;
    const isZero = leadingZeros === digits.length;
    const tooLarge = !isZero && whole.length - leadingZeros + power > longestWhole;
    if (tooLarge || fraction.length - power > longestScale) return `the number ${literal.slice(0, 40)}`;
  }
  return null;
}
