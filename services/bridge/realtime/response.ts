import { describeWireError, lostError } from './failures.ts';

import {
  responseIdOf,
  textOfItem,
  type ResponseEvent,
  type WireCall,
  type WireError,
  type WireItem,
  type WireResponse,
} from './protocol/index.ts';
import type { EngineHost } from './types.ts';
import { toResponseUsage } from './usage.ts';

/**
 * Follows one response from `response.create` to its end and hands its text on. State is keyed by response, item and
 * call ids; the order in which events arrive decides nothing. Each message ends once, and so does the response.
 */
export type ResponseOutcome =
  | {
      readonly kind: 'done';
      readonly response: WireResponse;
      readonly calls: readonly WireCall[];
      /** What was said, over all messages. */
      readonly text: string;
    }
  /** The connection ended first. */
  | { readonly kind: 'lost'; readonly text: string }
  /** The service did not start it. */
  | { readonly kind: 'refused'; readonly error: WireError }
  /** The service did not take the message that was to be answered; what it made without it was stopped. */
  | { readonly kind: 'unheard'; readonly error: WireError };

/** The key of the metadata that says which request a response belongs to. */
export const tagName = 'spark';

export interface ResponseTracker {
  /** Of the `response.create` that asked for it. */
  readonly eventId: string;
  readonly outcome: Promise<ResponseOutcome>;
  /** The service's id; null until it is known. */
  readonly responseId: () => string | null;
  readonly accept: (event: ResponseEvent) => void;
  readonly refuse: (error: WireError) => void;
  /** `cancelled`: the developer stopped it, so the end of the connection is not a failure. */
  readonly lose: (cancelled: boolean) => void;
}

export interface ResponseTrackerOptions {
  readonly sessionId: string;
  /** The developer's message that is answered. */
  readonly messageId: string;
  readonly eventId: string;
  readonly model: string;
  readonly host: Pick<EngineHost, 'onAssistantStarted' | 'onTextDelta' | 'onAudio' | 'onAssistantDone' | 'onUsage'>;
  /** It was asked for out of band: a response that does not carry its tag is another's. */
  readonly isApart?: boolean;
  /** Responses that are over: late events of theirs change nothing. Grows by this one's id. */
  readonly ended: Set<string>;
}

interface Message {
  text: string;
  done: boolean;
}
type End = { status: 'complete' | 'cancelled' | 'failed'; error?: { code: string; message: string } };

export function trackResponse(options: ResponseTrackerOptions): ResponseTracker {
  const { sessionId, messageId: ofMessage, host, ended } = options;
  /** Responses that carry the tag of another request. */
  const foreign = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<ResponseOutcome>();
  const messages = new Map<string, Message>();
  const calls = new Map<string, WireCall>();
  let responseId: string | null = null;
  let over = false;

  function isMine(event: ResponseEvent): boolean {
    const id = responseIdOf(event);
    if (responseId !== null) return responseId === id;
    if (ended.has(id) || foreign.has(id)) return false;
    const tag = 'response' in event ? (event.response.metadata?.[tagName] ?? null) : null;
    if (tag === null ? options.isApart === true : tag !== options.eventId) {
      if (tag !== null) foreign.add(id);
      return false;
    }
    responseId = id;
    return true;
  }

  function messageOf(messageId: string): Message {
    const known = messages.get(messageId);
    if (known !== undefined) return known;
    const message: Message = { text: '', done: false };
    messages.set(messageId, message);
    host.onAssistantStarted({ sessionId, messageId });
    return message;
  }

  function addText(messageId: string, delta: string): void {
    const message = messageOf(messageId);
    if (message.done || delta === '') return;
    message.text += delta;
    host.onTextDelta({ sessionId, messageId, delta });
  }

  function addAudio(messageId: string, base64: string): void {
    if (messageOf(messageId).done || base64 === '') return;
    host.onAudio({ sessionId, messageId, base64 });
  }

  function finish(messageId: string, end: End, whole?: string): void {
    const message = messageOf(messageId);
    if (message.done) return;
    // The item carries the whole text: what no delta brought is made up for.
    if (whole !== undefined && whole.startsWith(message.text)) addText(messageId, whole.slice(message.text.length));
    message.done = true;
    const text = whole !== undefined && whole.length > message.text.length ? whole : message.text;
    host.onAssistantDone({ sessionId, messageId, text, ...end });
  }

  function takeItem(item: WireItem, end: End | null): void {
    if (item.type === 'function_call') {
      calls.set(item.call_id, item);
    } else if (item.type === 'message' && end !== null) {
      const text = textOfItem(item);
      if (text !== '' || messages.has(item.id)) finish(item.id, end, text);
    }
  }

  function complete(response: WireResponse): void {
    const end = endOf(response);
    for (const item of response.output) takeItem(item, end);
    for (const messageId of messages.keys()) finish(messageId, end);
    if (response.usage != null) {
      host.onUsage({
        sessionId,
        messageId: ofMessage,
        usage: toResponseUsage(response.id, options.model, response.usage),
      });
    }
    close({ kind: 'done', response, calls: [...calls.values()], text: said() });
  }

  const said = (): string => [...messages.values()].map((message) => message.text).join('\n');

  function close(outcome: ResponseOutcome): void {
    over = true;
    if (responseId !== null) ended.add(responseId);
    resolve(outcome);
  }

  return {
    eventId: options.eventId,
    outcome: promise,
    responseId: () => responseId,
    accept(event) {
      if (over || !isMine(event)) return;
      switch (event.type) {
        case 'response.created':
        case 'response.output_item.added':
        case 'response.output_audio.done':
          return;
        case 'response.output_audio.delta':
          return addAudio(event.item_id, event.delta);
        case 'response.output_text.delta':
        case 'response.output_audio_transcript.delta':
          return addText(event.item_id, event.delta);
        case 'response.output_item.done':
          // An item that was cut short is judged when the response says why.
          return takeItem(event.item, isWhole(event.item) ? { status: 'complete' } : null);
        case 'response.done':
          return complete(event.response);
      }
    },
    refuse(error) {
      if (over) return;
      close({ kind: 'refused', error });
    },
    lose(cancelled) {
      if (over) return;
      const { code } = lostError();
      const message =
        'The connection to the model was lost in the middle of this answer. What it had said is kept and stays above what follows.';
      const end: End = cancelled ? { status: 'cancelled' } : { status: 'failed', error: { code, message } };
      for (const messageId of messages.keys()) finish(messageId, end);
      close({ kind: 'lost', text: said() });
    },
  };
}

const isWhole = (item: WireItem): boolean =>
  item.type === 'message' && (item.status === 'completed' || item.status === undefined);

function endOf(response: WireResponse): End {
  switch (response.status) {
    case 'completed':
    case 'in_progress':
      return { status: 'complete' };
    case 'cancelled':
      return { status: 'cancelled' };
    case 'failed':
      return { status: 'failed', error: describeWireError(response.status_details?.error) };
    case 'incomplete': {
      const filtered = response.status_details?.reason === 'content_filter';
      const why = filtered
        ? 'the service filtered its content'
        : 'it reached the longest answer that the model may give';
      return { status: 'failed', error: { code: 'realtime_rejected', message: `This answer was cut short: ${why}.` } };
    }
  }
}
