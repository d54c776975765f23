import type { Conversation, Item } from '../conversation.ts';
import type { SocketFault } from '../faults.ts';
import type { Sounds } from '../sound/sounds.ts';
import type { Turn } from '../turns.ts';
import type { Tokens, WireUsage } from '../usage.ts';
import type { Budget } from './budget.ts';

export type Send = (type: string, fields: Readonly<Record<string, unknown>>) => void;

/** One response while it is streamed. */
export interface ResponseOptions {
  readonly id: string;
  readonly turn: Turn;
  readonly model: string;
  /** Null for an out-of-band response: its items join no conversation. */
  readonly conversation: Conversation | null;
  readonly conversationId: string;
  readonly sounds: Sounds;
  readonly modality: 'text' | 'audio';
  readonly voice: unknown;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly maxOutputTokens: number | 'inf';
  readonly budget: Budget;
  readonly send: Send;
  readonly sendFrame: (frame: string) => void;
  readonly hit: (fault: SocketFault) => void;
  readonly failNextTranscription: () => void;
  readonly newId: (prefix: string) => string;
  /** Waits between two deltas. */
  readonly pace: () => Promise<void>;
  readonly signal: AbortSignal;
  /** Given what was put out, the usage to report. */
  readonly usage: (output: Omit<Tokens, 'image'>) => WireUsage;
}

/** How a response ended. */
export interface Ending {
  readonly status: 'completed' | 'cancelled' | 'failed' | 'incomplete';
  readonly details: Readonly<Record<string, unknown>> | null;
}

export const completed: Ending = { status: 'completed', details: null };
export const ranOut: Ending = {
  status: 'incomplete',
  details: { type: 'incomplete', reason: 'max_output_tokens' },
};
/** The abort's reason says who cancelled it: the client, or a new turn of the user. */
export const cancelledBy = (signal: AbortSignal): Ending => ({
  status: 'cancelled',
  details: { type: 'cancelled', reason: signal.reason === 'turn_detected' ? 'turn_detected' : 'client_cancelled' },
});

/** The response as `response.created` and `response.done` show it; the former before there is an ending. */
export function responseObject(
  options: ResponseOptions,
  ending: Ending | null,
  output: readonly Item[],
  usage: WireUsage | null,
): Readonly<Record<string, unknown>> {
  return {
    id: options.id,
    object: 'realtime.response',
    status: ending?.status ?? 'in_progress',
    status_details: ending?.details ?? null,
    output: [...output],
    conversation_id: options.conversation === null ? null : options.conversationId,
    output_modalities: [options.modality],
    audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: options.voice } },
    max_output_tokens: options.maxOutputTokens,
    metadata: options.metadata,
    usage,
  };
}
