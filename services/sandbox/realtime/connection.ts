import type { Activity } from '../activity.ts';
import { parseClientEvent, type ClientEvent, type ParsedClientEvent, type Refusal } from './clientEvents.ts';
import { makeConversation } from './conversation.ts';
import { streamResponse } from './response.ts';
import type { Fault, Planner } from './turns.ts';
import { usageOf } from './usage.ts';

/**
 * One Realtime session, on one socket. It owns the rules that a client must keep: one response at a time in the default
 * conversation, no change of model or voice, outputs only for calls that exist. A refusal never ends the session.
 */
export interface ConnectionOptions {
  readonly model: string;
  readonly planner: () => Planner;
  readonly pace: () => Promise<void>;
  readonly activity: Activity;
  readonly newId: (prefix: string) => string;
  readonly sendFrame: (frame: string) => void;
  readonly cut: (fault: Extract<Fault, { kind: 'terminate' | 'close' }>) => void;
  readonly onEvent: (parsed: ParsedClientEvent) => void;
  readonly sessionLengthMs: number;
}

export interface Connection {
  readonly start: () => void;
  readonly receive: (text: string) => void;
  readonly sendError: (refusal: Omit<Refusal, 'eventId' | 'param'>) => void;
  readonly close: () => void;
}

/** Only these take `parallel_tool_calls` and `reasoning`. */
const isReasoningModel = (model: string): boolean =>
  /^gpt-realtime-[2-9]/.test(model) && !model.startsWith('gpt-realtime-20');

export function makeConnection(options: ConnectionOptions): Connection {
  const { newId, model } = options;
  const conversation = makeConversation(newId);
  const conversationId = newId('conv');
  const running = new Map<string, AbortController>();
  let mainResponse: string | null = null;
  let previousInputTokens = 0;
  let session: Record<string, unknown> = initialSession(options);

  const send = (type: string, fields: Readonly<Record<string, unknown>>): void =>
    options.sendFrame(JSON.stringify({ type, event_id: newId('event'), ...fields }));
  const refuse = (refusal: Refusal): void => {
    const { type, code, message, param, eventId } = refusal;
    send('error', { error: { type, code, message, param, event_id: eventId } });
  };
  const refuseEvent = (event: ClientEvent, code: string, message: string, param: string | null = null): void =>
    refuse({ type: 'invalid_request_error', code, message, param, eventId: event.event_id ?? null });

  function updateSession(event: Extract<ClientEvent, { type: 'session.update' }>): void {
    const { session: update } = event;
    if (update.model !== undefined && update.model !== model) {
      refuseEvent(event, 'cannot_update_model', 'The model of a session cannot be changed.', 'session.model');
    } else if (update.audio?.output?.voice !== undefined) {
      refuseEvent(
        event,
        'cannot_update_voice',
        'The voice of this session cannot be changed.',
        'session.audio.output.voice',
      );
    } else if (
      (update.parallel_tool_calls !== undefined || update.reasoning !== undefined) &&
      !isReasoningModel(model)
    ) {
      const name = update.reasoning === undefined ? 'session.parallel_tool_calls' : 'session.reasoning';
      refuseEvent(event, 'unsupported_parameter', `The model ${model} does not support '${name}'.`, name);
    } else {
      session = { ...session, ...update };
      send('session.updated', { session });
    }
  }

  function createItem(event: Extract<ClientEvent, { type: 'conversation.item.create' }>): void {
    const outcome = conversation.insert(event.item, event.previous_item_id);
    if (outcome.kind === 'refused') {
      const { code, message, param } = outcome.refusal;
      refuseEvent(event, code, message, param);
      return;
    }
    const fields = { previous_item_id: outcome.previousItemId, item: outcome.item };
    send('conversation.item.added', fields);
    send('conversation.item.done', fields);
  }

  function createResponse(event: Extract<ClientEvent, { type: 'response.create' }>): void {
    const outOfBand = event.response?.conversation === 'none';
    const wanted = event.response?.output_modalities ?? session['output_modalities'];
    if (!outOfBand && mainResponse !== null) {
      const message = `Conversation already has an active response in progress: ${mainResponse}. Wait until the response is finished before creating a new one.`;
      refuseEvent(event, 'conversation_already_has_active_response', message);
      return;
    }
    if (!Array.isArray(wanted) || wanted[0] !== 'text') {
      const message = "This stand-in puts out text only: set output_modalities to ['text'].";
      refuseEvent(event, 'unsupported_modality', message, 'response.output_modalities');
      return;
    }
    void respond(event, outOfBand);
  }

  async function respond(event: Extract<ClientEvent, { type: 'response.create' }>, outOfBand: boolean): Promise<void> {
    const id = newId('resp');
    const done = options.activity.begin('response');
    const controller = new AbortController();
    running.set(id, controller);
    if (!outOfBand) mainResponse = id;
    const items = outOfBand ? outOfBandItems(event) : [...conversation.items()];
    const instructions = event.response?.instructions ?? String(session['instructions']);
    const tools = event.response?.tools ?? session['tools'];
    const toolNames = event.response?.tool_choice === 'none' ? [] : namesOf(tools);
    const context = {
      items,
      instructions,
      tools: new Set(toolNames),
      parallelCalls: session['parallel_tool_calls'] === true,
    };
    send('rate_limits.updated', { rate_limits: rateLimits });
    await streamResponse({
      id,
      turn: options.planner()(context),
      conversation: outOfBand ? null : conversation,
      conversationId,
      metadata: event.response?.metadata ?? null,
      maxOutputTokens: event.response?.max_output_tokens ?? 'inf',
      send: (type, fields) => {
        // The slot is free before the client can see `response.done` and answer it.
        if (type === 'response.done') end(id);
        if (type === 'response.output_text.delta') options.activity.mark(type);
        send(type, fields);
      },
      sendFrame: options.sendFrame,
      cut: options.cut,
      newId,
      pace: options.pace,
      signal: controller.signal,
      usage: (output) => {
        const prefix = instructions + JSON.stringify(tools);
        const usage = usageOf({ prefix, items, previousInputTokens, output });
        if (!outOfBand) previousInputTokens = usage.input_tokens;
        return usage;
      },
    });
    end(id);
    done();
  }

  function end(id: string): void {
    running.delete(id);
    if (mainResponse === id) mainResponse = null;
  }

  const outOfBandItems = (event: Extract<ClientEvent, { type: 'response.create' }>) => {
    if (event.response?.input === undefined) return [...conversation.items()];
    const apart = makeConversation(newId);
    for (const entry of event.response.input) {
      const item = entry.type === 'item_reference' ? conversation.find(entry.id) : entry;
      if (item !== undefined) apart.insert(item, undefined);
    }
    return apart.items();
  };

  function cancel(event: Extract<ClientEvent, { type: 'response.cancel' }>): void {
    const id = event.response_id ?? mainResponse;
    const controller = id === null ? undefined : running.get(id);
    if (controller === undefined) {
      refuseEvent(event, 'response_cancel_not_active', 'Cancellation failed: no active response found.');
    } else {
      controller.abort();
    }
  }

  function handle(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        return updateSession(event);
      case 'conversation.item.create':
        return createItem(event);
      case 'conversation.item.retrieve': {
        const item = conversation.find(event.item_id);
        if (item === undefined) return notFound(event, event.item_id);
        return send('conversation.item.retrieved', { item });
      }
      case 'conversation.item.delete':
        if (!conversation.remove(event.item_id)) return notFound(event, event.item_id);
        return send('conversation.item.deleted', { item_id: event.item_id });
      case 'response.create':
        return createResponse(event);
      case 'response.cancel':
        return cancel(event);
      case 'input_audio_buffer.clear':
        return send('input_audio_buffer.cleared', {});
      case 'conversation.item.truncate':
      case 'input_audio_buffer.append':
      case 'input_audio_buffer.commit':
      case 'output_audio_buffer.clear':
        return refuseEvent(
          event,
          'unsupported_event',
          `This stand-in has no audio: '${event.type}' is not supported.`,
          'type',
        );
    }
  }

  const notFound = (event: ClientEvent, id: string): void =>
    refuseEvent(event, 'item_not_found', `Item with item_id '${id}' not found.`, 'item_id');

  return {
    start: () => send('session.created', { session }),
    receive(text) {
      const parsed = parseClientEvent(text);
      options.onEvent(parsed);
      if (parsed.kind === 'refused') refuse(parsed.refusal);
      else handle(parsed.event);
    },
    sendError: (refusal) => refuse({ ...refusal, param: null, eventId: null }),
    close() {
      for (const controller of running.values()) controller.abort();
      running.clear();
    },
  };
}

const initialSession = (options: ConnectionOptions): Record<string, unknown> => ({
  type: 'realtime',
  object: 'realtime.session',
  id: options.newId('sess'),
  model: options.model,
  output_modalities: ['audio'],
  instructions: '',
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  truncation: 'auto',
  tracing: null,
  prompt: null,
  expires_at: Math.floor((Date.now() + options.sessionLengthMs) / 1_000),
});

const rateLimits = [
  { name: 'requests', limit: 1_000, remaining: 999, reset_seconds: 86.4 },
  { name: 'tokens', limit: 200_000, remaining: 195_000, reset_seconds: 1.5 },
];

const namesOf = (tools: unknown): string[] =>
  Array.isArray(tools)
    ? tools.flatMap((tool: unknown) =>
        typeof tool === 'object' && tool !== null && 'name' in tool && typeof tool.name === 'string' ? [tool.name] : [],
      )
    : [];
