import type { Item } from './conversation.ts';

/** What a response will contain, decided before it is streamed. */
export type PlannedOutput =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Exact deltas instead of words. */ readonly deltas?: readonly string[];
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

/**
 * `terminate`: the socket is cut without a close frame. `close`: the server closes it with a code. `stall`: nothing more
 * comes until the response is cancelled. `fail`: `response.done` with status failed. `incomplete`: it ran into a limit.
 * `raw`: a frame is sent exactly as given.
 */
export type Fault =
  | { readonly kind: 'terminate' }
  | { readonly kind: 'close'; readonly code: number; readonly reason?: string }
  | { readonly kind: 'stall' }
  | { readonly kind: 'fail'; readonly code: string; readonly message: string }
  | { readonly kind: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'raw'; readonly frame: string };

export type Turn = readonly PlannedOutput[];

export interface PlannerContext {
  readonly items: readonly Item[];
  readonly instructions: string;
  /** Names of the functions that the session offers; a call of any other would be refused by the bridge. */
  readonly tools: ReadonlySet<string>;
  readonly parallelCalls: boolean;
}

/** Decides the next response from nothing but the conversation, so it survives a reconnect with replayed history. */
export type Planner = (context: PlannerContext) => Turn;

export const say = (text: string): PlannedOutput => ({ kind: 'text', text });
export const call = (name: string, args: Readonly<Record<string, unknown>> | string): PlannedOutput => ({
  kind: 'call',
  name,
  arguments: args,
});
export const fault = (what: Fault): PlannedOutput => ({ kind: 'fault', fault: what });
