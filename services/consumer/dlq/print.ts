import { isUtf8 } from 'node:buffer';
import type { DeadLetter } from './deadLetter.ts';

/** Columns as wide as their widest cell; the last one is not padded. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))))
    .map((cells) => cells.join('  '))
    .join('\n');
}

export function formatLetters(letters: readonly DeadLetter[]): string {
  return formatTable(
    ['id', 'last failure', 'reason', 'attempts', 'bytes', 'subject'],
    letters.map(({ id, lastFailedAt, reason, attempts, sizeBytes, subject }) =>
      [id, lastFailedAt, reason, attempts, sizeBytes, subject].map((cell) => printable(String(cell))),
    ),
  );
}

export function formatCounts(counts: ReadonlyMap<string, number>): string {
  const rows = [...counts].sort(([, a], [, b]) => b - a).map(([reason, n]) => [String(n), printable(reason)]);
  return formatTable(['count', 'reason'], rows);
}

const maxBodyChars = 4_000;

/** Everything about one, with its body: what could move a terminal's cursor or change its colours is escaped. */
export function formatLetter(letter: DeadLetter, body: Uint8Array): string {
  const facts: [string, string | number | null][] = [
    ['id', letter.id],
    ['subject', letter.subject],
    ['reason', letter.reason],
    ['detail', letter.detail],
    ['attempts', letter.attempts],
    ['first failure', letter.firstFailedAt],
    ['last failure', letter.lastFailedAt],
    ['in SPARK', letter.recordedAt === null ? null : `sequence ${letter.streamSeq}, ${letter.recordedAt}`],
    ['message id', letter.originalId],
    ...letter.originalHeaders.map(([name, value]): [string, string] => [`header ${name}`, value]),
  ];
  const lines = facts.map(
    ([name, value]) => `${printable(name).padEnd(14)} ${printable(String(value ?? 'not known'))}`,
  );
  const text = isUtf8(body) ? Buffer.from(body).toString('utf8') : Buffer.from(body).toString('latin1');
  const note = isUtf8(body) ? '' : ', not UTF-8: each byte is shown as a character';
  const cut = text.length > maxBodyChars ? `\n[cut after ${maxBodyChars} characters; --raw prints every byte]` : '';
  return [
    ...lines,
    '',
    `body, ${body.byteLength} bytes${note}:`,
    `${printable(text.slice(0, maxBodyChars))}${cut}`,
  ].join('\n');
}

/** Control characters (line feeds too), bidirectional overrides and lone surrogates as `\u{…}`. */
export const printable = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
