import { createHash } from 'node:crypto';
import { items } from './protocol.ts';
import type { HistoryItem } from './types.ts';

/** The message of the turn for which a connection is made. */
export interface TurnMessage {
  readonly messageId: string;
  readonly text: string;
}

type WireItem = Readonly<Record<string, unknown>>;

/** About four characters a token: half of the 128,000 tokens of the current models' context, the rest is for the turn. */
export const historyBudgetChars = 256_000;

/**
 * The items that bring a new connection to where the session stands: the journal's history, then the turn's own message
 * unless the journal has it already (it is journalled before it is sent). Calls in `exceptCalls` are still open in this
 * turn and are added by their outputs. The oldest entries beyond the budget are left out, with a word about it.
 */
export function replayItems(input: {
  readonly history: readonly HistoryItem[];
  readonly message: TurnMessage | null;
  readonly exceptCalls: ReadonlySet<string>;
  readonly facts: readonly string[];
  readonly budgetChars?: number;
}): WireItem[] {
  const { message, exceptCalls, facts, budgetChars = historyBudgetChars } = input;
  const history = input.history.filter((entry) => entry.kind === 'message' || !exceptCalls.has(entry.callId));
  const kept: HistoryItem[] = [];
  let size = 0;
  for (const entry of history.toReversed()) {
    size += entry.kind === 'message' ? entry.text.length : entry.argumentsJson.length + entry.output.length;
    if (size > budgetChars && kept.length > 0) break;
    kept.unshift(entry);
  }
  const left = history.length - kept.length;
  const note = left === 0 ? [] : [items.system(`The ${left} oldest entries of this conversation are left out.`)];
  const own =
    message === null || hasMessage(history, message) ? [] : [items.user(message.text, itemIdOf(message.messageId))];
  return [...note, ...kept.flatMap(toItems), ...facts.map((fact) => items.system(fact)), ...own];
}

/** By id; where the history carries none, its last word of the developer is compared. */
function hasMessage(history: readonly HistoryItem[], message: TurnMessage): boolean {
  const own = history.filter((entry) => entry.kind === 'message' && entry.role === 'user');
  if (own.some((entry) => entry.kind === 'message' && entry.messageId === message.messageId)) return true;
  const last = own.at(-1);
  return last?.kind === 'message' && last.messageId === undefined && last.text === message.text;
}

function toItems(entry: HistoryItem): WireItem[] {
  if (entry.kind === 'call') return [items.call(entry), items.output(entry.callId, entry.output)];
  if (entry.text === '') return [];
  if (entry.role === 'assistant') return [items.assistant(entry.text)];
  return [items.user(entry.text, entry.messageId === undefined ? undefined : itemIdOf(entry.messageId))];
}

/** The service takes item ids of at most 32 characters: a UUID without its dashes, a digest of anything longer. */
export function itemIdOf(messageId: string): string {
  const short = messageId.replaceAll('-', '');
  if (/^[A-Za-z0-9_]{1,32}$/.test(short)) return short;
  return createHash('sha256').update(messageId).digest('hex').slice(0, 32);
}
