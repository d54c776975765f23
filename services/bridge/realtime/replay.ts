import { createHash } from 'node:crypto';
import { historyBudget, measureHistory, type HistoryBudget } from './historyBudget.ts';
import { items, type ClientItem } from './protocol/index.ts';
import type { TurnCall, TurnMessage } from './turn.ts';
import type { HistoryImage, HistoryItem, HistorySummary, ModelImage } from './types.ts';

/** What a new connection is told, and what had no room in it. */
export interface Replay {
  readonly items: ClientItem[];
  /** The oldest entries, for which there is neither room nor a summary yet. */
  readonly left: readonly HistoryItem[];
}

/**
 * The items that bring a new connection to where the session stands: the summary of its oldest part, the journal's
 * history, the turn's own message unless the journal has it already (it is journalled before it is sent), and this turn's
 * own calls as far as they have their outputs: where the journal has them, so that what was said between them stays
 * between them; those that it lacks come last.
 */
export async function replayItems(input: {
  readonly history: readonly HistoryItem[];
  readonly summary: HistorySummary | null;
  readonly message: TurnMessage | null;
  /** Of this turn; the history may have some of them already. */
  readonly calls: readonly TurnCall[];
  readonly budget?: HistoryBudget;
}): Promise<Replay> {
  const { message, summary, budget = historyBudget } = input;
  const calls = new Map(input.calls.map((call) => [call.callId, call]));
  const isOwnCall = (entry: HistoryItem): boolean => entry.kind === 'call' && calls.has(entry.callId);
  const isSummed = (entry: HistoryItem): boolean =>
    summary !== null && entry.position !== undefined && entry.position <= summary.upToPosition;
  const firstCall = input.history.findIndex(isOwnCall);
  // What the turn has done is told whole; the budget is for what was before it.
  const earlier = (firstCall === -1 ? input.history : input.history.slice(0, firstCall)).filter(
    (entry) => !isSummed(entry),
  );
  const kept = newest(earlier, budget);
  const left = earlier.slice(0, earlier.length - kept.length);
  const since = firstCall === -1 ? [] : input.history.slice(firstCall);
  const own =
    message === null || message.spoken !== undefined || hasMessage(input.history, message) ? [] : [toMessage(message)];
  const known = new Set(since.flatMap((entry) => (entry.kind === 'call' ? [entry.callId] : [])));
  const lacking = input.calls.filter(({ callId }) => !known.has(callId));
  const entries = [
    ...kept,
    ...own,
    ...since.flatMap((entry) => {
      const call = entry.kind === 'call' ? calls.get(entry.callId) : undefined;
      return call === undefined ? [entry] : withOutput(call);
    }),
    ...lacking.flatMap(withOutput),
  ];
  const images = await loadImages(entries, budget.images);
  return {
    items: [
      ...(summary === null ? [] : [summaryItem(summary.text)]),
      ...entries.flatMap((entry) => toItems(entry, images)),
    ],
    left,
  };
}

export const summaryItem = (text: string): ClientItem =>
  items.system(`What happened earlier in this conversation, in short:\n${text}`);
export const leftOutItem = (count: number): ClientItem =>
  items.system(`The ${count} oldest entries of this conversation are left out.`);

const withOutput = (call: TurnCall): HistoryItem[] =>
  call.output === null ? [] : [{ kind: 'call', ...call, output: call.output }];

/** All when they fit; else the newest that fill half of the room, so that the next connections need no new summary. */
function newest(history: readonly HistoryItem[], budget: HistoryBudget): readonly HistoryItem[] {
  const sizes = measureHistory(history, budget);
  if (sizes.reduce((sum, size) => sum + size, 0) <= budget.tokens) return history;
  let size = 0;
  const from = sizes.findLastIndex((entry) => (size += entry) > budget.tokens / 2);
  // The very last entry is always there, whatever its size.
  return history.slice(Math.min(from + 1, history.length - 1));
}

/** By id; where the history carries none, its last word of the developer is compared. */
function hasMessage(history: readonly HistoryItem[], message: TurnMessage): boolean {
  const own = history.filter((entry) => entry.kind === 'message' && entry.role === 'user');
  if (own.some((entry) => entry.kind === 'message' && entry.messageId === message.messageId)) return true;
  const last = own.at(-1);
  return last?.kind === 'message' && last.messageId === undefined && last.text === message.text;
}

const toMessage = (message: TurnMessage): HistoryItem => ({ kind: 'message', role: 'user', ...message });

/** The newest pictures, as many as there is room for; the others are told as left out. */
async function loadImages(
  entries: readonly HistoryItem[],
  room: number,
): Promise<ReadonlyMap<HistoryImage, ModelImage | null>> {
  const all = entries.flatMap((entry) => (entry.kind === 'fact' ? [] : (entry.images ?? [])));
  const chosen = room === 0 ? [] : all.slice(-room);
  const loaded = chosen.map(async (image) => {
    const picture = typeof image === 'function' ? await image().catch(() => null) : image;
    return [image, picture] as const;
  });
  return new Map(await Promise.all(loaded));
}

function toItems(entry: HistoryItem, loaded: ReadonlyMap<HistoryImage, ModelImage | null>): ClientItem[] {
  if (entry.kind === 'fact') return [items.system(entry.text)];
  const wanted = entry.images ?? [];
  const images = wanted.flatMap((image) => loaded.get(image) ?? []);
  const missing = wanted.length - images.length;
  const note =
    missing === 0 ? '' : `[${missing === 1 ? 'A picture' : `${missing} pictures`} shown here earlier: left out]`;
  if (entry.kind === 'call') {
    const shown = [
      ...(images.length === 0 ? [] : [picturesOf(entry.name, images)]),
      ...(note === '' ? [] : [items.system(note)]),
    ];
    return [items.call(entry), items.output(entry.callId, cutOutput(entry.output, entry.name)), ...shown];
  }
  const text = [entry.text, note].filter((part) => part !== '').join('\n');
  if (entry.role === 'assistant') return text === '' ? [] : [items.assistant(text)];
  if (text === '' && images.length === 0) return [];
  const id = entry.messageId === undefined ? {} : { id: itemIdOf(entry.messageId) };
  return [items.user(text, { ...id, images })];
}

/** What a function made to be looked at. The service takes pictures in messages of the user only. */
export const picturesOf = (name: string, images: readonly ModelImage[]): ClientItem =>
  items.user(`[The picture that ${name} made; not written by the developer]`, { images });

/** About 16,000 tokens. Functions keep below it where they can; this holds for all of them. */
export const maxOutputChars = 64_000;

/** An output that fits; of a longer one its beginning, with a word about how to get at the rest. */
export function cutOutput(output: string, name: string): string {
  if (output.length <= maxOutputChars) return output;
  const rest = name === 'readUnityScript' ? 'with startLine and endLine' : 'with narrower arguments';
  return JSON.stringify({
    cut: `This result has ${output.length} characters; only its first ${maxOutputChars / 2} are in \`beginning\`. Ask for the rest ${rest}.`,
    beginning: output.slice(0, maxOutputChars / 2).toWellFormed(),
  });
}

/** The service takes item ids of at most 32 characters: a UUID without its dashes, a digest of anything longer. */
export function itemIdOf(messageId: string): string {
  const short = messageId.replaceAll('-', '');
  if (/^[A-Za-z0-9_]{1,32}$/.test(short)) return short;
  return createHash('sha256').update(messageId).digest('hex').slice(0, 32);
}
