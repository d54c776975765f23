import type { CompileError } from './outcome.ts';

/** Repairs what a compiler error points at; null when the error is not one it knows. */
export function mend(contents: string, errors: readonly CompileError[]): string | null {
  const lines = contents.split('\n');
  for (const error of errors) {
    const code = error.code ?? /CS\d{4}/.exec(error.message)?.[0];
    if (code === 'CS1002' && error.line !== undefined) {
      const at = lineWithoutEnd(lines, error.line - 1);
      if (at === null) continue;
      lines[at] = `${(lines[at] ?? '').trimEnd()};`;
      return lines.join('\n');
    }
    if (code === 'CS1513') return `${contents.trimEnd()}\n}\n`;
  }
  return null;
}

/** The compiler reports the missing semicolon on its line or at the start of the next one. */
function lineWithoutEnd(lines: readonly string[], reported: number): number | null {
  for (const at of [reported, reported - 1, reported - 2]) {
    const line = (lines[at] ?? '').trim();
    if (line !== '' && !/[;{}\]>]$/.test(line) && !line.startsWith('//') && !line.startsWith('[')) return at;
  }
  return null;
}
