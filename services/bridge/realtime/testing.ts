import type { TurnState, VoiceState } from '../../../shared/contracts/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { makeRealtimeEngine, type RealtimeEngineOptions } from './engine.ts';
import type {
  CallAnswer,
  EngineHost,
  EngineStatus,
  HistoryItem,
  HistorySummary,
  Permission,
  RealtimeEngine,
  ResponseUsage,
  TurnSettings,
} from './types.ts';

/** What a host was told, in order, and how its functions answer; for tests of the engine. */
export interface RecordingHost extends EngineHost {
  readonly events: HostEvent[];
  readonly statuses: EngineStatus[];
  readonly usages: ResponseUsage[];
  /** The journal as a real host keeps it: the developer's message first, then answers and calls as they end. */
  readonly journal: HistoryItem[];
  /** Replaces how functions answer. */
  answer: (
    call: { callId: string; name: string; argumentsJson: string },
    signal: AbortSignal,
  ) => Promise<string | CallAnswer>;
  permission: Permission;
  turnSettings: TurnSettings;
  readonly turnStates: TurnState[];
  kept: HistorySummary | null;
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
  | { readonly kind: 'not_run'; readonly callId: string; readonly code: string }
  | { readonly kind: 'speech'; readonly messageId: string }
  | { readonly kind: 'words'; readonly messageId: string; readonly text: string; readonly code: string | null }
  | { readonly kind: 'audio'; readonly messageId: string; readonly base64: string }
  | { readonly kind: 'cut'; readonly messageId: string; readonly text: string }
  | { readonly kind: 'voice'; readonly state: VoiceState; readonly detail: string }
  | { readonly kind: 'busy'; readonly busy: boolean }
  | { readonly kind: 'turn'; readonly state: TurnState }
  | { readonly kind: 'status'; readonly status: EngineStatus };

export function makeRecordingHost(tools: readonly string[] = ['echo']): RecordingHost {
  const events: HostEvent[] = [];
  const statuses: EngineStatus[] = [];
  const usages: ResponseUsage[] = [];
  const turnStates: TurnState[] = [];
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
      if (text !== '') journal.push({ kind: 'message', role: 'assistant', text });
      record({ kind: 'done', messageId, text, status, code: error?.code ?? null });
    },
    onFunctionCall: async (call, signal) => {
      record({ kind: 'call', callId: call.callId, name: call.name });
      const answered = await host.answer(call, signal);
      const answer = typeof answered === 'string' ? { output: answered, failure: null } : answered;
      const { callId, name, argumentsJson } = call;
      const { output, images = [] } = answer;
      journal.push({ kind: 'call', callId, name, argumentsJson, output, images, position: journal.length });
      return answer;
    },
    onCallNotRun: async ({ callId, name, argumentsJson, error }) => {
      record({ kind: 'not_run', callId, code: error.code });
      const output = JSON.stringify({ success: false, error });
      journal.push({ kind: 'call', callId, name, argumentsJson, output, position: journal.length });
      return { output, failure: error.code === 'cancelled' ? 'cancelled' : 'failed' };
    },
    permission: { kind: 'go' },
    turnSettings: { maxCalls: 25, maxFailuresInRow: 5, reasoningEffort: null },
    turnStates,
    kept: null,
    mayContinue: () => host.permission,
    settings: () => host.turnSettings,
    summary: () => host.kept,
    keepSummary: ({ upToPosition, text }) => {
      host.kept = { upToPosition, text };
    },
    onTurn: ({ state }) => {
      turnStates.push(state);
      record({ kind: 'turn', state });
    },
    onSpeech: ({ messageId }) => record({ kind: 'speech', messageId }),
    onSpeechDone: ({ messageId, text, error }) => {
      if (text !== '') journal.push({ kind: 'message', role: 'user', text, messageId });
      record({ kind: 'words', messageId, text, code: error?.code ?? null });
    },
    onAudio: ({ messageId, base64 }) => record({ kind: 'audio', messageId, base64 }),
    onCut: ({ messageId, text }) => record({ kind: 'cut', messageId, text }),
    onVoice: ({ state, detail = '' }) => record({ kind: 'voice', state, detail }),
    onUsage: ({ usage }) => void usages.push(usage),
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

/** The session of the tests. */
export const sessionId = '01234567-89ab-7def-8123-456789abcdef';

/** For `until`: the session has ended what it did. */
export const isIdle = (events: readonly HostEvent[]): boolean =>
  events.findLast((event) => event.kind === 'busy')?.busy === false;

/** The same, and an answer with exactly this text has ended. */
export const said = (text: string) => (events: readonly HostEvent[]) =>
  isIdle(events) && events.some((event) => event.kind === 'done' && event.text === text);
