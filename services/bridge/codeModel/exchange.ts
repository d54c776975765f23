import { APIUserAbortError } from '@anthropic-ai/sdk';
import type { Message, MessageParam, MessageStreamParams } from '@anthropic-ai/sdk/resources/messages/messages';
import { makeClient } from './client.ts';
import { cutOff, failureOf, garbled, refused, timedOut } from './failures.ts';
import { systemText, type PromptParts } from './prompt.ts';
import type { Unavailable } from './types.ts';

export interface ExchangeOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly model: string;
  /** An answer of which nothing arrives for so long is given up. */
  readonly silenceMs: number;
}

export interface Turn {
  readonly prompt: PromptParts;
  /** The first answer and what is wrong with it, on a second attempt. */
  readonly again: { readonly answer: string; readonly complaint: string } | null;
}

export interface ExchangeListeners {
  readonly onText: (text: string) => void;
  /** The message as far as it came, once, however the exchange ended; not called when none began. */
  readonly onMessage: (message: unknown) => void;
}

export type Answer = { readonly kind: 'answer'; readonly text: string } | Unavailable;

/**
 * The longest answer: about 100 KB of code, with room for what the model thinks first, which counts too. Every model of
 * the vendor's current line may answer at least twice as long.
 */
const maxTokens = 32_000;

/** One streamed request. Rejects only when `signal` aborts, with its reason. */
export async function exchange(
  options: ExchangeOptions,
  turn: Turn,
  signal: AbortSignal,
  listeners: ExchangeListeners,
): Promise<Answer> {
  const { model, silenceMs } = options;
  signal.throwIfAborted();
  const silence = makeSilence(silenceMs);
  const client = makeClient({ ...options, onBytes: silence.heard });
  const stream = client.messages.stream(bodyOf(model, turn), { signal: AbortSignal.any([signal, silence.signal]) });
  // Kept here: the SDK forgets a message whose stream ends before it does.
  let message: unknown;
  stream.on('streamEvent', (_event, snapshot) => (message = snapshot)).on('text', listeners.onText);
  try {
    return answerOf(await stream.finalMessage(), model);
  } catch (error) {
    signal.throwIfAborted();
    if (silence.signal.aborted || error instanceof APIUserAbortError) return timedOut(model);
    return failureOf(error, { ...options, began: message !== undefined });
  } finally {
    silence.stop();
    if (message !== undefined) listeners.onMessage(message);
  }
}

function bodyOf(model: string, { prompt, again }: Turn): MessageStreamParams {
  const messages: MessageParam[] = [
    {
      role: 'user',
      content: [
        { type: 'text', text: prompt.project, cache_control: { type: 'ephemeral' } },
        { type: 'text', text: prompt.task },
      ],
    },
  ];
  if (again !== null) {
    messages.push({ role: 'assistant', content: again.answer }, { role: 'user', content: again.complaint });
  }
  return {
    model,
    max_tokens: maxTokens,
    system: [{ type: 'text', text: systemText, cache_control: { type: 'ephemeral' } }],
    messages,
  };
}

function answerOf(message: Message, model: string): Answer {
  switch (message.stop_reason) {
    case 'end_turn':
    case 'stop_sequence':
      return {
        kind: 'answer',
        text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      };
    case 'refusal':
      return refused(model, message.stop_details?.category ?? null);
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return cutOff(model);
    case 'tool_use':
    case 'pause_turn':
    case null:
      return garbled(model);
    default:
      // A reason that a newer service gives; what it means for the text is not known.
      return garbled(model);
  }
}

/** Aborts when nothing was heard for so long. */
function makeSilence(limitMs: number): {
  readonly signal: AbortSignal;
  readonly heard: () => void;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  // Connecting, with the SDK's own limit and its retries, is not silence.
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(abort, limitMs);
    },
    stop: () => clearTimeout(timer),
  };
}
