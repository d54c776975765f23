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
  | { readonly kind: 'done'; readonly response: WireResponse; readonly calls: readonly WireCall[] }
  /** The connection ended first. */
  | { readonly kind: 'lost'; readonly sawText: boolean; readonly sawCall: boolean }
  /** The service did not start it; the developer was told. */
  | { readonly kind: 'refused' };

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
  readonly eventId: string;
  readonly model: string;
  readonly host: EngineHost;
  /** Responses that are over: late events of theirs change nothing. Grows by this one's id. */
  readonly ended: Set<string>;
}

interface Message {
  text: string;
  done: boolean;
}
type End = { status: 'complete' | 'cancelled' | 'failed'; error?: { code: string; message: string } };

export function trackResponse(options: ResponseTrackerOptions): ResponseTracker {
  const { sessionId, host, ended } = options;
  const { promise, resolve } = Promise.withResolvers<ResponseOutcome>();
  const messages = new Map<string, Message>();
  const calls = new Map<string, WireCall>();
  let responseId: string | null = null;
  let over = false;

  function isMine(id: string): boolean {
    if (responseId === null && !ended.has(id)) responseId = id;
    return responseId === id;
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
    if (end.status === 'failed' && messages.size === 0) finish(response.id, end);
    if (response.usage != null) {
      host.onUsage({ sessionId, usage: toResponseUsage(response.id, options.model, response.usage) });
    }
    close({ kind: 'done', response, calls: [...calls.values()] });
  }

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
      if (over || !isMine(responseIdOf(event))) return;
      switch (event.type) {
        case 'response.created':
        case 'response.output_item.added':
        case 'response.output_audio.delta':
        case 'response.output_audio.done':
          return;
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
      finish(options.eventId, { status: 'failed', error: describeWireError(error) });
      close({ kind: 'refused' });
    },
    lose(cancelled) {
      if (over) return;
      const sawText = messages.size > 0;
      const { code } = lostError();
      const message =
        'The connection to the model was lost in the middle of this answer. What it had said is kept; ask again to go on.';
      const end: End = cancelled ? { status: 'cancelled' } : { status: 'failed', error: { code, message } };
      for (const messageId of messages.keys()) finish(messageId, end);
      close({ kind: 'lost', sawText, sawCall: calls.size > 0 });
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
