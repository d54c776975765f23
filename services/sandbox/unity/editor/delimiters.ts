/** First unbalanced delimiter of C# text, as the plugin's own check reports it: the line and the delimiter it misses. */
export interface Imbalance {
  readonly line: number;
  readonly expected: string;
}

const closerOf: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };
const openerOf: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };

/** Null when every brace, parenthesis and bracket outside comments, strings and characters is closed in order. */
export function findImbalance(text: string): Imbalance | null {
  const open: { readonly opener: string; readonly line: number }[] = [];
  let line = 1;
  for (let index = 0; index < text.length; index += 1) {
    const skipped = skipNonCode(text, index);
    if (skipped > index) {
      line += countNewlines(text, index, skipped);
      index = skipped - 1;
      continue;
    }
    const char = text.charAt(index);
    if (char === '\n') line += 1;
    else if (char in closerOf) open.push({ opener: char, line });
    else if (char in openerOf) {
      const last = open.pop();
      if (last === undefined) return { line, expected: openerOf[char] ?? '' };
      if (closerOf[last.opener] !== char) return { line, expected: closerOf[last.opener] ?? '' };
    }
  }
  const last = open.at(-1);
  return last === undefined ? null : { line: last.line, expected: closerOf[last.opener] ?? '' };
}

/** Index just after the comment, string or character literal that starts at `index`, or `index` itself. */
function skipNonCode(text: string, index: number): number {
  const two = text.slice(index, index + 2);
  if (two === '//') return endOf(text, '\n', index, false);
  if (two === '/*') return endOf(text, '*/', index + 2, true);
  const raw = /^\$*("{3,})/.exec(text.slice(index, index + 12));
  if (raw !== null) return endOf(text, raw[1] ?? '"""', index + raw[0].length, true);
  const verbatim = /^(?:\$@|@\$|@)"/.exec(text.slice(index, index + 3));
  if (verbatim !== null) return endOfVerbatim(text, index + verbatim[0].length);
  if (two === '$"') return endOfQuoted(text, index + 2, '"');
  const char = text.charAt(index);
  return char === '"' || char === "'" ? endOfQuoted(text, index + 1, char) : index;
}

function endOf(text: string, mark: string, from: number, including: boolean): number {
  const at = text.indexOf(mark, from);
  if (at === -1) return text.length;
  return including ? at + mark.length : at;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  for (let index = from; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '\\') index += 1;
    else if (char === quote) return index + 1;
    else if (char === '\n') return index;
  }
  return text.length;
}

function endOfVerbatim(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    if (text.charAt(index) !== '"') continue;
    if (text.charAt(index + 1) === '"') index += 1;
    else return index + 1;
  }
  return text.length;
}

function countNewlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index += 1) if (text.charCodeAt(index) === 10) count += 1;
  return count;
}
