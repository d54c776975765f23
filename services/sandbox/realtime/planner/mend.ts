/** Of a compile, as a function's output or the compiler itself tells it. */
export interface CompileError {
  readonly code?: string | undefined;
  readonly message: string;
  readonly line?: number | undefined;
}

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
  return mendNames(contents, errors);
}

/** A name that nothing declares becomes the one of the file that is nearest to it; a type of Unity gets its using. */
function mendNames(contents: string, errors: readonly CompileError[]): string | null {
  const lines = contents.split('\n');
  let missesUsing = false;
  for (const { message, line } of errors) {
    const name = /\bname '(\w+?)(?:Attribute)?'/.exec(message)?.[1];
    if (name === undefined || line === undefined) continue;
    const meant = /^[A-Z]/.test(name) ? null : nearestName(contents, name);
    if (meant !== null) lines[line - 1] = (lines[line - 1] ?? '').replaceAll(new RegExp(`\\b${name}\\b`, 'g'), meant);
    else missesUsing ||= /^[A-Z]/.test(name);
  }
  const using = 'using UnityEngine;';
  const mended = lines.join('\n');
  if (missesUsing && !mended.includes(using)) return `${using}\n\n${mended}`;
  return mended === contents ? null : mended;
}

/** At most two letters away; null when no name of the file is as near. */
function nearestName(contents: string, name: string): string | null {
  const others = new Set(contents.match(/\b[a-z]\w+\b/g)?.filter((other) => other !== name));
  const near = [...others]
    .map((other) => ({ other, away: distanceOf(name, other) }))
    .filter(({ away }) => away <= 2)
    .toSorted((a, b) => a.away - b.away);
  return near[0]?.other ?? null;
}

/** Letters to insert, take away or replace (Levenshtein). */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [y, letter] of from.split('').entries()) {
    const next = [y + 1];
    for (const [x, other] of to.split('').entries()) {
      const replaced = (row[x] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[x + 1] ?? 0) + 1, (next[x] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The compiler reports the missing semicolon on its line or at the start of the next one. */
function lineWithoutEnd(lines: readonly string[], reported: number): number | null {
  for (const at of [reported, reported - 1, reported - 2]) {
    const line = (lines[at] ?? '').trim();
    if (line !== '' && !/[;{}\]>]$/.test(line) && !line.startsWith('//') && !line.startsWith('[')) return at;
  }
  return null;
}
