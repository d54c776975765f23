import type { Item } from './conversation.ts';
import type { Fault } from './faults.ts';

/** What a response will contain, decided before it is streamed. */
export type PlannedOutput =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Exact deltas instead of words; of text responses only. */
      readonly deltas?: readonly string[];
      /** All deltas at once, without the pause between them. */
      readonly burst?: boolean;
    }
  /** `arguments`: an object, or a string sent as it is (to send what is not JSON). */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: Readonly<Record<string, unknown>> | string;
      readonly callId?: string;
    }
  /** Something goes wrong at this point of the response. */
  | { readonly kind: 'fault'; readonly fault: Fault };

export type Turn = readonly PlannedOutput[];

export interface PlannerContext {
  /** Speech stands in them as text, as far as it was understood. */
  readonly items: readonly Item[];
  readonly instructions: string;
  /** Names of the functions that the session offers; a call of any other would be refused by the bridge. */
  readonly tools: ReadonlySet<string>;
  readonly parallelCalls: boolean;
  /** Seconds of the developer's last words when none of them was understood. */
  readonly unheardSeconds?: number | null;
}

/** Decides the next response from nothing but the conversation, so it survives a reconnect with replayed history. */
export type Planner = (context: PlannerContext) => Turn;

export const say = (text: string): PlannedOutput => ({ kind: 'text', text });
/** The text in deltas of so many characters: 1, or 262,144. */
export const sayInPieces = (text: string, size: number): PlannedOutput => ({
  kind: 'text',
  text,
  deltas: text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [],
});
/** So many deltas at once. */
export const burst = (count: number, delta = 'a '): PlannedOutput => ({
  kind: 'text',
  text: delta.repeat(count),
  deltas: Array.from({ length: count }, () => delta),
  burst: true,
});
/** With `callId` two calls can carry the same id, which the service never does. */
export const call = (
  name: string,
  args: Readonly<Record<string, unknown>> | string,
  callId?: string,
): PlannedOutput => ({ kind: 'call', name, arguments: args, ...(callId === undefined ? {} : { callId }) });
export const fault = (what: Fault): PlannedOutput => ({ kind: 'fault', fault: what });
