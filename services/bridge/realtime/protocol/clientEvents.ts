import type { ClientItem } from './items.ts';

/**
 * Every event that text, tools, images and voice send (realtime.md of the general-availability interface). `event_id`
 * comes back in the `error` that refuses the event. The types are compared with the official ones in the pins test.
 */
export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}
export type ReasoningEffort = 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

export interface PcmFormat {
  readonly type: 'audio/pcm';
  readonly rate: 24_000;
}
export type TurnDetection =
  | {
      readonly type: 'server_vad';
      readonly threshold?: number;
      readonly prefix_padding_ms?: number;
      readonly silence_duration_ms?: number;
      readonly idle_timeout_ms?: number | null;
      readonly create_response?: boolean;
      readonly interrupt_response?: boolean;
    }
  | {
      readonly type: 'semantic_vad';
      readonly eagerness?: 'low' | 'medium' | 'high' | 'auto';
      readonly create_response?: boolean;
      readonly interrupt_response?: boolean;
    };

export interface AudioInput {
  readonly format?: PcmFormat;
  readonly noise_reduction?: { readonly type: 'near_field' | 'far_field' };
  readonly transcription?: { readonly model: string; readonly language?: string; readonly prompt?: string };
  /** Null turns it off: the client commits what was said. */
  readonly turn_detection?: TurnDetection | null;
}
export interface AudioOutput {
  readonly format?: PcmFormat;
  /** Cannot be changed once the session has put out audio. */
  readonly voice?: string;
  readonly speed?: number;
}

/** The `session` of `session.update`: only the fields that are present are touched; model and voice cannot be changed. */
export interface SessionUpdate {
  readonly type: 'realtime';
  readonly output_modalities?: readonly ('text' | 'audio')[];
  readonly instructions?: string;
  readonly tools?: readonly FunctionTool[];
  readonly tool_choice?: 'none' | 'auto' | 'required';
  readonly truncation?: 'auto' | 'disabled' | { readonly type: 'retention_ratio'; readonly retention_ratio: number };
  readonly parallel_tool_calls?: boolean;
  readonly reasoning?: { readonly effort: ReasoningEffort };
  readonly max_output_tokens?: number | 'inf';
  readonly audio?: { readonly input?: AudioInput; readonly output?: AudioOutput };
}

/** The `response` of `response.create`; what is absent is as the session has it. */
export interface ResponseParameters {
  /** `none`: out of band, may run beside another and writes nothing into the conversation. */
  readonly conversation?: 'auto' | 'none';
  /** Instead of the conversation; an empty list is an empty context. */
  readonly input?: readonly ClientItem[];
  readonly instructions?: string;
  readonly tools?: readonly FunctionTool[];
  readonly tool_choice?: 'none' | 'auto' | 'required';
  readonly output_modalities?: readonly ('text' | 'audio')[];
  readonly max_output_tokens?: number | 'inf';
  /** At most 16 keys of 64 characters with 512 each; comes back in every event that carries the response. */
  readonly metadata?: Readonly<Record<string, string>>;
}

type Identified<T> = T & { readonly event_id?: string };
export type ClientEvent = Identified<
  | { readonly type: 'session.update'; readonly session: SessionUpdate }
  | {
      readonly type: 'conversation.item.create';
      readonly item: ClientItem;
      /** `root` puts it first; absent appends. */
      readonly previous_item_id?: string;
    }
  | { readonly type: 'conversation.item.retrieve'; readonly item_id: string }
  | { readonly type: 'conversation.item.delete'; readonly item_id: string }
  | {
      readonly type: 'conversation.item.truncate';
      readonly item_id: string;
      readonly content_index: number;
      readonly audio_end_ms: number;
    }
  | { readonly type: 'input_audio_buffer.append'; readonly audio: string }
  | { readonly type: 'input_audio_buffer.commit' }
  | { readonly type: 'input_audio_buffer.clear' }
  | { readonly type: 'response.create'; readonly response?: ResponseParameters }
  | { readonly type: 'response.cancel'; readonly response_id?: string }
>;

export const clientEvents = {
  updateSession: (eventId: string, session: SessionUpdate): ClientEvent => ({
    type: 'session.update',
    event_id: eventId,
    session,
  }),
  createItem: (item: ClientItem, options: { eventId?: string | undefined; after?: string } = {}): ClientEvent => ({
    type: 'conversation.item.create',
    ...(options.eventId === undefined ? {} : { event_id: options.eventId }),
    ...(options.after === undefined ? {} : { previous_item_id: options.after }),
    item,
  }),
  deleteItem: (itemId: string): ClientEvent => ({ type: 'conversation.item.delete', item_id: itemId }),
  retrieveItem: (itemId: string): ClientEvent => ({ type: 'conversation.item.retrieve', item_id: itemId }),
  /** Cuts the model's audio at what was heard, and its transcript with it. `audioMs` is a whole number. */
  truncateItem: (itemId: string, contentIndex: number, audioMs: number): ClientEvent => ({
    type: 'conversation.item.truncate',
    item_id: itemId,
    content_index: contentIndex,
    audio_end_ms: audioMs,
  }),
  appendAudio: (base64: string): ClientEvent => ({ type: 'input_audio_buffer.append', audio: base64 }),
  commitAudio: (eventId: string): ClientEvent => ({ type: 'input_audio_buffer.commit', event_id: eventId }),
  clearAudio: (): ClientEvent => ({ type: 'input_audio_buffer.clear' }),
  createResponse: (eventId: string, response?: ResponseParameters): ClientEvent => ({
    type: 'response.create',
    event_id: eventId,
    ...(response === undefined ? {} : { response }),
  }),
  cancelResponse: (responseId: string | null): ClientEvent => ({
    type: 'response.cancel',
    ...(responseId === null ? {} : { response_id: responseId }),
  }),
};
