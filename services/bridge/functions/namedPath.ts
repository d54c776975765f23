/** Punctuation of any language may stand before a path; a part of a name, a dot or a drive's letter may not. */
const beginsHere = /(?<![\p{L}\p{M}\p{N}_\-/~@+%#$&^.]|(?<![\p{L}\p{N}])\p{L}:)$/u;
/** Nor may a name go on behind it, also after full stops; those alone end a sentence. */
const endsHere = /^(?!\.*[\p{L}\p{M}\p{N}_\-/~@+%#$&^=])/u;

/** Whether a text names this very path: another path that only begins or ends with it does not. */
export function namesPath(text: string, path: string): boolean {
  const [words, wanted] = [text.replaceAll('\\', '/'), path.replaceAll('\\', '/')];
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    if (beginsHere.test(words.slice(0, at)) && endsHere.test(words.slice(at + wanted.length))) return true;
  }
  return false;
}
