import { setImmediate as nextTick } from 'node:timers/promises';
import type { OpenTransport, TransportOptions } from './transport.ts';

/**
 * A service without a socket for the property tests: it answers each request with the next plan, in whatever order of
 * events the plan has, and writes down every rule that the engine breaks.
 */
export interface ResponsePlan {
  /** Ids of the calls; a small pool, so that some come twice. */
  readonly calls: readonly string[];
  readonly messages: number;
  readonly end:
    'completed' | 'incomplete' | 'rate_limited' | 'server_error' | 'lost_before' | 'lost_within' | 'refused';
  /** Sorts the events of the response. */
  readonly order: readonly number[];
  /** Sends some events of the response again after its end. */
  readonly repeats: boolean;
}

export interface FakeService {
  readonly openTransport: OpenTransport;
  readonly broken: string[];
  readonly requests: () => number;
  /** The calls that have their output in the newest conversation. */
  readonly answered: () => readonly string[];
  /** Breaks the newest connection. */
  readonly cut: () => void;
  /** No plan is left: what is asked for next is answered plainly. */
  readonly forget: () => void;
}

export interface FakeServiceOptions {
  /** Each output, when it arrives. */
  readonly onOutput?: (callId: string, output: string) => void;
}

interface WireItem {
  readonly type: string;
  readonly id?: string;
  readonly call_id?: string;
  readonly output?: string;
}

interface Conversation {
  readonly calls: Set<string>;
  readonly answered: Set<string>;
  readonly items: Set<string>;
}

const plain: ResponsePlan = { calls: [], messages: 1, end: 'completed', order: [], repeats: false };

export function makeFakeService(plans: readonly ResponsePlan[], service: FakeServiceOptions = {}): FakeService {
  const queue = [...plans];
  const broken: string[] = [];
  let requests = 0;
  let newest: { readonly conversation: Conversation; readonly cut: () => void } | null = null;

  const openTransport: OpenTransport = async (options) => {
    const conversation: Conversation = { calls: new Set(), answered: new Set(), items: new Set() };
    let isOpen = true;
    let running: { readonly id: string; cancelled: boolean } | null = null;
    const emit = (event: Record<string, unknown>): void => {
      if (isOpen) options.onFrame(JSON.stringify({ event_id: 'event', ...event }));
    };
    const cut = (): void => {
      if (!isOpen) return;
      isOpen = false;
      options.onClose('1006');
    };

    newest = { conversation, cut };

    async function respond(tag: string): Promise<void> {
      requests += 1;
      const plan = queue.shift() ?? plain;
      const id = `resp_${requests}`;
      const mine = { id, cancelled: false };
      if (plan.end === 'refused') {
        emit({ type: 'error', error: { type: 'server_error', code: 'server_error', message: 'no', event_id: tag } });
        return;
      }
      running = mine;
      await nextTick();
      if (plan.end === 'lost_before') return cut();
      const events = eventsOf(plan, id, tag);
      const output: unknown[] = [];
      for (const event of events) {
        if (mine.cancelled) break;
        if (plan.end === 'lost_within' && event === events[Math.floor(events.length / 2)]) return cut();
        if ('item' in event) output.push(event.item);
        if ('item' in event && 'call_id' in event.item) conversation.calls.add(event.item.call_id);
        emit(event);
        await nextTick();
      }
      running = null;
      emit({ type: 'response.done', response: { id, ...endOf(mine.cancelled ? null : plan), output } });
      if (plan.repeats) for (const event of events.slice(0, 3)) emit(event);
    }

    function receive(frame: string): void {
      const event = JSON.parse(frame) as {
        type: string;
        event_id?: string;
        item?: WireItem;
        response?: { conversation?: string; metadata?: { spark?: string } };
      };
      if (event.type === 'session.update') emit({ type: 'session.updated', session: {} });
      if (event.type === 'response.cancel' && running !== null) running.cancelled = true;
      if (event.type === 'conversation.item.create') take(event.item ?? { type: '' });
      if (event.type === 'response.create') {
        if (running !== null) broken.push('two responses at once');
        const open = [...conversation.calls].filter((call) => !conversation.answered.has(call));
        if (open.length > 0) broken.push(`asked for a response while ${open.join(', ')} had no output`);
        void respond(event.response?.metadata?.spark ?? event.event_id ?? '');
      }
    }

    function take(item: WireItem): void {
      if (item.id !== undefined) {
        if (conversation.items.has(item.id)) broken.push(`item ${item.id} twice in one conversation`);
        conversation.items.add(item.id);
      }
      const callId = item.call_id ?? '';
      if (item.type === 'function_call') conversation.calls.add(callId);
      if (item.type !== 'function_call_output') return;
      if (!conversation.calls.has(callId)) broken.push(`an output for the unknown call ${callId}`);
      if (conversation.answered.has(callId)) broken.push(`a second output for ${callId}`);
      conversation.answered.add(callId);
      service.onOutput?.(callId, item.output ?? '');
    }

    followAbort(options, cut);
    queueMicrotask(() => emit({ type: 'session.created', session: { model: options.model } }));
    return {
      send(frame) {
        if (isOpen) receive(frame);
        return isOpen;
      },
      close: cut,
      backlogBytes: () => 0,
      terminate: cut,
      check: () => undefined,
    };
  };

  return {
    openTransport,
    broken,
    requests: () => requests,
    answered: () => [...(newest?.conversation.answered ?? [])],
    cut: () => newest?.cut(),
    forget: () => void queue.splice(0),
  };
}

function followAbort(options: TransportOptions, cut: () => void): void {
  if (options.signal.aborted) cut();
  else options.signal.addEventListener('abort', cut, { once: true });
}

function eventsOf(plan: ResponsePlan, id: string, tag: string) {
  const messages = Array.from({ length: plan.messages }, (_, at) => ({
    id: `item_${id}_${at}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'one two' }],
  }));
  const calls = plan.calls.map((callId) => ({
    type: 'function_call',
    name: 'echo',
    call_id: callId,
    arguments: '{}',
    status: 'completed',
  }));
  const inner = [
    { type: 'response.created', response: { id, metadata: { spark: tag } } },
    ...messages.flatMap((item) => [
      { type: 'response.output_text.delta', response_id: id, item_id: item.id, delta: 'one ' },
      { type: 'response.output_text.delta', response_id: id, item_id: item.id, delta: 'two' },
    ]),
    ...[...messages, ...calls].map((item) => ({ type: 'response.output_item.done', response_id: id, item })),
    { type: 'from.the.future', response_id: id },
  ];
  return inner
    .map((event, at) => ({ event, rank: plan.order[at] ?? at }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ event }) => event);
}

function endOf(plan: ResponsePlan | null): Record<string, unknown> {
  if (plan === null) return { status: 'cancelled' };
  const failed = (code: string): Record<string, unknown> => ({
    status: 'failed',
    status_details: { error: { code, message: 'Please try again in 1ms.' } },
  });
  switch (plan.end) {
    case 'rate_limited':
      return failed('rate_limit_exceeded');
    case 'server_error':
      return failed('server_error');
    case 'incomplete':
      return { status: 'incomplete', status_details: { reason: 'max_output_tokens' } };
    case 'completed':
    case 'lost_before':
    case 'lost_within':
    case 'refused':
      return { status: 'completed' };
  }
}
