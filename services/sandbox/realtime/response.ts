import type { Conversation, Item } from './conversation.ts';
import type { Fault, PlannedOutput, Turn } from './turns.ts';
import type { WireUsage } from './usage.ts';

/**
 * Streams one planned turn as the events of one response: created, each output item (added, deltas, done), done with
 * usage. `response.done` always comes, whatever the outcome, unless the socket itself is cut.
 */
export interface ResponseOptions {
  readonly id: string;
  readonly turn: Turn;
  /** Null for an out-of-band response: its items join no conversation. */
  readonly conversation: Conversation | null;
  readonly conversationId: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly maxOutputTokens: number | 'inf';
  readonly send: (type: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly sendFrame: (frame: string) => void;
  readonly cut: (fault: Extract<Fault, { kind: 'terminate' | 'close' }>) => void;
  readonly newId: (prefix: string) => string;
  /** Waits between two deltas. */
  readonly pace: () => Promise<void>;
  readonly signal: AbortSignal;
  /** Given everything that was put out, the usage to report. */
  readonly usage: (output: string) => WireUsage;
}

interface Status {
  readonly status: 'completed' | 'cancelled' | 'failed' | 'incomplete';
  readonly details: Readonly<Record<string, unknown>> | null;
}

const completed: Status = { status: 'completed', details: null };
const cancelled: Status = { status: 'cancelled', details: { type: 'cancelled', reason: 'client_cancelled' } };

/** Resolves after `response.done` was sent, or as soon as the socket was cut. */
export async function streamResponse(options: ResponseOptions): Promise<void> {
  const { send, turn, signal } = options;
  const output: Item[] = [];
  send('response.created', { response: responseObject(options, 'in_progress', null, [], null) });
  let status: Status = completed;
  for (const planned of turn) {
    if (signal.aborted) break;
    if (planned.kind === 'fault') {
      const ending = await suffer(options, planned.fault);
      if (ending === 'gone') return;
      if (ending !== null) status = ending;
      if (status !== completed) break;
      continue;
    }
    output.push(await streamItem(options, planned, output.length));
  }
  if (signal.aborted) status = cancelled;
  const usage = options.usage(output.map(putOut).join(''));
  send('response.done', { response: responseObject(options, status.status, status.details, output, usage) });
}

async function suffer(options: ResponseOptions, fault: Fault): Promise<Status | 'gone' | null> {
  switch (fault.kind) {
    case 'terminate':
    case 'close':
      options.cut(fault);
      return 'gone';
    case 'stall':
      await new Promise<void>((resolve) => {
        if (options.signal.aborted) resolve();
        else options.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      return cancelled;
    case 'fail': {
      const error = { type: 'server_error', code: fault.code, message: fault.message };
      return { status: 'failed', details: { type: 'failed', error } };
    }
    case 'incomplete':
      return { status: 'incomplete', details: { type: 'incomplete', reason: fault.reason } };
    case 'error': {
      const error = { type: 'server_error', code: fault.code, message: fault.message, param: null, event_id: null };
      options.send('error', { error });
      return null;
    }
    case 'raw':
      options.sendFrame(fault.frame);
      return null;
  }
}

type StreamedOutput = Exclude<PlannedOutput, { kind: 'fault' }>;

async function streamItem(options: ResponseOptions, planned: StreamedOutput, outputIndex: number): Promise<Item> {
  const { send, newId, conversation, signal } = options;
  const empty = emptyItem(planned, newId);
  const previous = conversation?.put(empty) ?? null;
  const where = { response_id: options.id, item_id: empty.id, output_index: outputIndex };
  send('response.output_item.added', { response_id: options.id, output_index: outputIndex, item: empty });
  if (conversation !== null) send('conversation.item.added', { previous_item_id: previous, item: empty });
  const sent =
    planned.kind === 'text'
      ? await streamText(options, planned, where)
      : await streamCall(options, planned, where, empty);
  const item = finish(empty, sent, signal.aborted ? 'incomplete' : 'completed');
  conversation?.put(item);
  send('response.output_item.done', { response_id: options.id, output_index: outputIndex, item });
  if (conversation !== null) send('conversation.item.done', { previous_item_id: previous, item });
  return item;
}

type Where = Readonly<{ response_id: string; item_id: string; output_index: number }>;

async function streamText(
  options: ResponseOptions,
  planned: Extract<PlannedOutput, { kind: 'text' }>,
  where: Where,
): Promise<string> {
  const part = { ...where, content_index: 0 };
  options.send('response.content_part.added', { ...part, part: { type: 'text', text: '' } });
  const text = await streamDeltas(options, planned.deltas ?? words(planned.text), (delta) =>
    options.send('response.output_text.delta', { ...part, delta }),
  );
  options.send('response.output_text.done', { ...part, text });
  options.send('response.content_part.done', { ...part, part: { type: 'text', text } });
  return text;
}

async function streamCall(
  options: ResponseOptions,
  planned: Extract<PlannedOutput, { kind: 'call' }>,
  where: Where,
  item: Item,
): Promise<string> {
  const callId = item.type === 'function_call' ? item.call_id : undefined;
  const json = typeof planned.arguments === 'string' ? planned.arguments : JSON.stringify(planned.arguments);
  const text = await streamDeltas(options, slices(json, 96), (delta) =>
    options.send('response.function_call_arguments.delta', { ...where, call_id: callId, delta }),
  );
  const done = { ...where, call_id: callId, name: planned.name, arguments: text };
  options.send('response.function_call_arguments.done', done);
  return text;
}

/** Sends delta after delta until all are out or the response is cancelled; returns what was sent. */
async function streamDeltas(
  options: ResponseOptions,
  deltas: readonly string[],
  emit: (delta: string) => void,
): Promise<string> {
  let sent = '';
  for (const delta of deltas) {
    await options.pace();
    if (options.signal.aborted) break;
    emit(delta);
    sent += delta;
  }
  return sent;
}

function emptyItem(planned: StreamedOutput, newId: (prefix: string) => string): Item {
  const base = { id: newId('item'), object: 'realtime.item' as const, status: 'in_progress' as const };
  if (planned.kind === 'text') return { ...base, type: 'message', role: 'assistant', content: [] };
  return {
    ...base,
    type: 'function_call',
    name: planned.name,
    call_id: planned.callId ?? newId('call'),
    arguments: '',
  };
}

function finish(item: Item, text: string, status: 'completed' | 'incomplete'): Item {
  if (item.type === 'function_call') return { ...item, status, arguments: text };
  if (item.type === 'message' && item.role === 'assistant') {
    return { ...item, status, content: [{ type: 'output_text', text }] };
  }
  return item;
}

const putOut = (item: Item): string =>
  item.type === 'function_call'
    ? item.name + item.arguments
    : item.type === 'message'
      ? item.content.map((part) => ('text' in part ? part.text : '')).join('')
      : '';

function responseObject(
  options: ResponseOptions,
  status: string,
  details: Readonly<Record<string, unknown>> | null,
  output: readonly Item[],
  usage: WireUsage | null,
): Readonly<Record<string, unknown>> {
  return {
    id: options.id,
    object: 'realtime.response',
    status,
    status_details: details,
    output: [...output],
    conversation_id: options.conversation === null ? null : options.conversationId,
    output_modalities: ['text'],
    max_output_tokens: options.maxOutputTokens,
    metadata: options.metadata,
    usage,
  };
}

const words = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? [];

function slices(text: string, size: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}
