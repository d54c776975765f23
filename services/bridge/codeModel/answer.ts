import type { CsharpChecker } from '../unity/csharp.ts';

/** What became of a model's answer: the file, or what is wrong with it in words that the model can act on. */
export type Checked =
  | { readonly kind: 'code'; readonly contents: string }
  | { readonly kind: 'unusable'; readonly code: 'not_code' | 'syntax'; readonly problem: string };

const unusable = (code: 'not_code' | 'syntax', problem: string): Checked => ({ kind: 'unusable', code, problem });

/** Code only: a fence around the whole is taken off, and anything else that is not a file of C# is refused. */
export async function checkAnswer(
  text: string,
  className: string,
  csharp: Pick<CsharpChecker, 'check'>,
): Promise<Checked> {
  const contents = unfenced(text);
  if (contents === null) return unusable('not_code', 'there is text beside the code.');
  if (contents.trim() === '') return unusable('not_code', 'it is empty.');
  const { problems, types } = await csharp.check(contents);
  if (types.length === 0) return unusable('not_code', 'it declares no type, so it is no C# file.');
  if (problems.length > 0) {
    const lines = contents.split('\n');
    const listed = problems.map(
      ({ line, column, message }) =>
        `line ${line}, column ${column}: ${message}\n    ${(lines[line - 1] ?? '').trim()}`,
    );
    return unusable('syntax', `it does not parse as C#.\n${listed.join('\n')}`);
  }
  if (!types.includes(className)) {
    return unusable('not_code', `it declares ${types.join(', ')}, but the file needs a type called ${className}.`);
  }
  return { kind: 'code', contents };
}

/**
 * The answer without a Markdown fence around it; null when there is more than one fenced block, or text beside it. Three
 * backticks at the start of a line occur in no C# but a raw string's, which a fence of the answer would end anyway.
 */
export function unfenced(text: string): string | null {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const fences = [...plain.matchAll(/^[ \t]*(`{3,}|~{3,})[^\n`]*$/gm)];
  const [first, last] = [fences[0], fences.at(-1)];
  if (first === undefined || last === undefined) return withEnd(plain);
  if (fences.length !== 2) return null;
  const before = plain.slice(0, first.index);
  const after = plain.slice(last.index + last[0].length);
  if (before.trim() !== '' || after.trim() !== '') return null;
  return withEnd(plain.slice(first.index + first[0].length + 1, last.index));
}

/** A file begins with its first line and ends with one line feed. */
const withEnd = (text: string): string => (text.trim() === '' ? '' : `${text.replace(/^\s*\n/, '').trimEnd()}\n`);
