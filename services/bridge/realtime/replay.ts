import { createHash } from 'node:crypto';
import { items, type ClientItem } from './protocol/index.ts';
import type { TurnCall, TurnMessage } from './turn.ts';
import type { HistoryItem, ModelImage } from './types.ts';

/** About four characters a token: half of the 128,000 tokens of the current models' context, the rest is for the turn. */
export const historyBudgetChars = 256_000;

/**
 * The items that bring a new connection to where the session stands: the journal's history, then the turn's own message
 * unless the journal has it already (it is journalled before it is sent), then this turn's own calls as far as they have
 * their outputs, and the facts that came after them. The oldest entries beyond the budget are left out, with a word
 * about it.
 */
export function replayItems(input: {
  readonly history: readonly HistoryItem[];
  readonly message: TurnMessage | null;
  /** Of this turn; the history may have some of them already. */
  readonly calls: readonly TurnCall[];
  readonly budgetChars?: number;
}): ClientItem[] {
  const { message, budgetChars = historyBudgetChars } = input;
  const ownCalls = new Set(input.calls.map((call) => call.callId));
  const isOwnCall = (entry: HistoryItem): boolean => entry.kind === 'call' && ownCalls.has(entry.callId);
  const firstOwn = input.history.findIndex(isOwnCall);
  const isLate = (entry: HistoryItem, index: number): boolean =>
    entry.kind === 'fact' && firstOwn !== -1 && index > firstOwn;
  const history = input.history.filter((entry, index) => !isOwnCall(entry) && !isLate(entry, index));
  const kept: HistoryItem[] = [];
  let size = 0;
  for (const entry of history.toReversed()) {
    size += entry.kind === 'call' ? entry.argumentsJson.length + entry.output.length : entry.text.length;
    if (size > budgetChars && kept.length > 0) break;
    kept.unshift(entry);
  }
  const left = history.length - kept.length;
  const note = left === 0 ? [] : [items.system(`The ${left} oldest entries of this conversation are left out.`)];
  const own = message === null || hasMessage(history, message) ? [] : [userItem(message)];
  const calls = input.calls.flatMap((call) =>
    call.output === null ? [] : callItems({ ...call, output: call.output }),
  );
  const late = input.history.filter(isLate).flatMap(toItems);
  return [...note, ...kept.flatMap(toItems), ...own, ...calls, ...late];
}

/** By id; where the history carries none, its last word of the developer is compared. */
function hasMessage(history: readonly HistoryItem[], message: TurnMessage): boolean {
  const own = history.filter((entry) => entry.kind === 'message' && entry.role === 'user');
  if (own.some((entry) => entry.kind === 'message' && entry.messageId === message.messageId)) return true;
  const last = own.at(-1);
  return last?.kind === 'message' && last.messageId === undefined && last.text === message.text;
}

const callItems = (call: TurnCall & { readonly output: string }): ClientItem[] => [
  items.call(call),
  items.output(call.callId, call.output),
];

/** A message of the developer with its images. */
export const userItem = (message: {
  readonly text: string;
  readonly messageId?: string;
  readonly images?: readonly ModelImage[];
}): ClientItem =>
  items.user(message.text, {
    ...(message.messageId === undefined ? {} : { id: itemIdOf(message.messageId) }),
    ...(message.images === undefined ? {} : { images: message.images }),
  });

function toItems(entry: HistoryItem): ClientItem[] {
  if (entry.kind === 'call') return callItems(entry);
  if (entry.kind === 'fact') return [items.system(entry.text)];
  if (entry.text === '' && entry.images === undefined) return [];
  if (entry.role === 'assistant') return [items.assistant(entry.text)];
  return [userItem(entry)];
}

/** The service takes item ids of at most 32 characters: a UUID without its dashes, a digest of anything longer. */
export function itemIdOf(messageId: string): string {
  const short = messageId.replaceAll('-', '');
  if (/^[A-Za-z0-9_]{1,32}$/.test(short)) return short;
  return createHash('sha256').update(messageId).digest('hex').slice(0, 32);
}
