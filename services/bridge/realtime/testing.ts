import { makeLogger } from '../../../shared/node/logging/index.ts';
import { makeRealtimeEngine, type RealtimeEngineOptions } from './engine.ts';
import type { EngineHost, EngineStatus, HistoryItem, RealtimeEngine, ResponseUsage } from './types.ts';

/** What a host was told, in order, and how its functions answer; for tests of the engine. */
export interface RecordingHost extends EngineHost {
  readonly events: HostEvent[];
  readonly statuses: EngineStatus[];
  readonly usages: ResponseUsage[];
  /** The journal as a real host keeps it: the developer's message first, then answers and calls as they end. */
  readonly journal: HistoryItem[];
  /** Replaces how functions answer. */
  answer: (call: { callId: string; name: string; argumentsJson: string }, signal: AbortSignal) => Promise<string>;
  /** Resolves once `test` holds; looked at after every event. */
  readonly until: (test: (events: readonly HostEvent[]) => boolean) => Promise<void>;
}

export type HostEvent =
  | { readonly kind: 'started'; readonly messageId: string }
  | { readonly kind: 'delta'; readonly messageId: string; readonly delta: string }
  | {
      readonly kind: 'done';
      readonly messageId: string;
      readonly text: string;
      readonly status: string;
      readonly code: string | null;
    }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string }
  | { readonly kind: 'busy'; readonly busy: boolean }
  | { readonly kind: 'status'; readonly status: EngineStatus };

export function makeRecordingHost(tools: readonly string[] = ['echo']): RecordingHost {
  const events: HostEvent[] = [];
  const statuses: EngineStatus[] = [];
  const usages: ResponseUsage[] = [];
  const journal: HistoryItem[] = [];
  const waiting = new Set<{ test: (events: readonly HostEvent[]) => boolean; resolve: () => void }>();
  function record(event: HostEvent): void {
    events.push(event);
    for (const entry of waiting) {
      if (!entry.test(events)) continue;
      waiting.delete(entry);
      entry.resolve();
    }
  }
  const host: RecordingHost = {
    events,
    statuses,
    usages,
    journal,
    tools: tools.map((name) => ({ name, description: name, parameters: { type: 'object' } })),
    instructions: () => 'Be brief.',
    history: () => journal,
    answer: async ({ name }) => JSON.stringify({ success: true, name }),
    onAssistantStarted: ({ messageId }) => record({ kind: 'started', messageId }),
    onTextDelta: ({ messageId, delta }) => record({ kind: 'delta', messageId, delta }),
    onAssistantDone: ({ messageId, text, status, error }) => {
      if (status === 'complete') journal.push({ kind: 'message', role: 'assistant', text });
      record({ kind: 'done', messageId, text, status, code: error?.code ?? null });
    },
    onFunctionCall: async (call, signal) => {
      record({ kind: 'call', callId: call.callId, name: call.name });
      const output = await host.answer(call, signal);
      const { callId, name, argumentsJson } = call;
      journal.push({ kind: 'call', callId, name, argumentsJson, output });
      return output;
    },
    onUsage: ({ usage }) => void usages.push(usage),
    onTurn: () => undefined,
    onBusy: ({ busy }) => record({ kind: 'busy', busy }),
    onStatus: (status) => {
      statuses.push(status);
      record({ kind: 'status', status });
    },
    until: (test) =>
      new Promise<void>((resolve) => {
        if (test(events)) resolve();
        else waiting.add({ test, resolve });
      }),
  };
  return host;
}

/** An engine with short waits and a silent log. */
export const makeTestEngine = (
  options: Pick<RealtimeEngineOptions, 'url' | 'host'> & Partial<RealtimeEngineOptions>,
): RealtimeEngine =>
  makeRealtimeEngine({
    model: 'gpt-realtime-2.1-mini',
    apiKey: 'sk-test',
    logger: makeLogger({ name: 'test', level: 'silent' }),
    connectTimeoutMs: 3_000,
    ...options,
    limits: { reconnectBaseMs: 5, cancelGraceMs: 500, ...options.limits },
  });
