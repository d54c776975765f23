import type { OpenSession, TranscriptEntry } from '../sessions/index.ts';

/** Sizes of tokens.css: a line, the space below a row, a call's one line with its border. */
const line = 20;
const gap = 12;
const call = 30;
/** Of the column at its full width. */
const charsInLine = 110;
/** A message of this length is folded, or is rare. */
const maxLines = 60;

/**
 * How high a row will be, in pixels, until it is measured. Only the scroll bar shows how well it guesses: nothing on the
 * screen moves when a row turns out higher.
 */
export function estimateRow(entry: TranscriptEntry | undefined, { messages }: Pick<OpenSession, 'messages'>): number {
  if (entry?.kind !== 'message') return call + gap;
  const message = messages.get(entry.id);
  if (message === undefined) return gap;
  const lines = Math.min(maxLines, Math.ceil(message.text.length / charsInLine));
  return Math.max(1, lines) * line + gap + (message.role === 'user' ? 2 * 9 : 0);
}
