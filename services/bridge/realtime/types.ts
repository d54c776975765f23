import type { TurnState } from '../../../shared/contracts/index.ts';
import type { EngineVoice, VoiceHost } from './voice/types.ts';

export type { EngineVoice, VoiceHost } from './voice/types.ts';

/**
 * The door between the conversation engine (`realtime/`) and the rest of the bridge. The engine owns the socket, the
 * protocol and the order of events; its host owns the journal, the functions and the window. Nothing here knows the wire.
 */
export type EngineStatus =
  | { readonly kind: 'off'; readonly detail: string }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready'; readonly model: string; readonly latencyMs: number | null }
  | { readonly kind: 'reconnecting'; readonly detail: string; readonly retryInMs: number }
  | { readonly kind: 'down'; readonly detail: string };

/** A picture for the model. */
export interface ModelImage {
  /** `image/png` or `image/jpeg`. */
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** A picture that takes work to get ready is given as a function, called only when the picture is sent. Null: it is gone. */
export type HistoryImage = ModelImage | (() => Promise<ModelImage | null>);

/** One entry of a session's history, oldest first, as it is replayed into a new connection. */
export type HistoryItem = {
  /** Its place in the session, rising; what a summary covers is told by it. */
  readonly position?: number;
} & (
  | {
      readonly kind: 'message';
      readonly role: 'user' | 'assistant';
      readonly text: string;
      /** The journal's id of a user message: the message being sent is recognised by it and not sent twice. */
      readonly messageId?: string;
      readonly images?: readonly HistoryImage[];
    }
  | {
      readonly kind: 'call';
      readonly callId: string;
      readonly name: string;
      readonly argumentsJson: string;
      readonly output: string;
      /** What the call made to be looked at; told to the model after its output. */
      readonly images?: readonly HistoryImage[];
    }
  /** What the model was told outside a call: how an earlier write was settled, what the developer undid. */
  | { readonly kind: 'fact'; readonly text: string }
);

/** What stands for the oldest part of a session: everything up to and including `upToPosition`. */
export interface HistorySummary {
  readonly upToPosition: number;
  readonly text: string;
}

/** What the developer sets about turns; read again for each. */
export interface TurnSettings {
  readonly maxCalls: number;
  readonly maxFailuresInRow: number;
  /** Null: as the model has it. */
  readonly reasoningEffort: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | null;
}

/** The answer to a function call. */
export interface CallAnswer {
  /** A JSON text. */
  readonly output: string;
  /** Shown to the model after the output. */
  readonly images?: readonly ModelImage[];
  /** Null when the call did what was asked. `arguments`: they were not JSON, or not what the function takes. */
  readonly failure: 'arguments' | 'failed' | 'denied' | 'cancelled' | null;
}

export type Permission = { readonly kind: 'go' } | ({ readonly kind: 'stop' } & Stop);

/** Why a turn ends before its work is done, and what the developer may do about it. */
export type Stop = Omit<Extract<TurnState, { kind: 'stopped' }>, 'kind'>;

export interface ResponseUsage {
  readonly responseId: string;
  readonly model: string;
  readonly inputTokens: number;
  /** A subset of `inputTokens`. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly inputTextTokens: number;
  readonly inputAudioTokens: number;
  readonly inputImageTokens: number;
  readonly cachedTextTokens: number;
  readonly cachedAudioTokens: number;
  readonly cachedImageTokens: number;
  readonly outputTextTokens: number;
  readonly outputAudioTokens: number;
  /** A subset of `inputTokens` that was written to the cache, where the service charges for that. */
  readonly cacheWriteTokens?: number;
  /** The list price does not hold for it. */
  readonly offList?: true;
}

/** A tool as the model sees it: a name, a description and the JSON Schema of its arguments. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What the engine tells its host. Calls for one session arrive in the order of the wire. */
export interface EngineHost extends VoiceHost {
  readonly tools: readonly ToolDefinition[];
  /** Stable text first. Read when a connection is made. */
  readonly instructions: (sessionId: string) => string | Promise<string>;
  /** Read when a connection is made or made again for a session. */
  readonly history: (sessionId: string) => readonly HistoryItem[];
  readonly onAssistantStarted: (event: { sessionId: string; messageId: string }) => void;
  readonly onTextDelta: (event: { sessionId: string; messageId: string; delta: string }) => void;
  readonly onAssistantDone: (event: {
    sessionId: string;
    messageId: string;
    text: string;
    status: 'complete' | 'cancelled' | 'failed';
    error?: { code: string; message: string };
  }) => void;
  /**
   * The model asks for a function. Resolves with its one answer; never rejects. A repeat of the same `callId` gets the
   * same output. `signal` aborts when the developer stops the turn.
   */
  readonly onFunctionCall: (
    call: { sessionId: string; callId: string; name: string; argumentsJson: string },
    signal: AbortSignal,
  ) => Promise<CallAnswer>;
  /**
   * A call that is not run: the turn was stopped or its limit reached, or the answer that asked for it did not come
   * whole. Resolves with its one answer, made of `error`; a call that was answered before keeps that answer. Never rejects.
   */
  readonly onCallNotRun: (call: {
    sessionId: string;
    callId: string;
    name: string;
    argumentsJson: string;
    error: { readonly code: string; readonly message: string };
  }) => Promise<CallAnswer>;
  /** `messageId`: the developer's message whose turn the response belongs to. */
  readonly onUsage: (event: { sessionId: string; messageId: string; usage: ResponseUsage }) => void;
  /** Asked before every response: whether the money for it is there. What it says is shown as it is. */
  readonly mayContinue: (sessionId: string, turn: { messageId: string; calls: number }) => Permission;
  readonly settings: () => TurnSettings;
  readonly summary: (sessionId: string) => HistorySummary | null;
  readonly keepSummary: (summary: HistorySummary & { sessionId: string }) => void;
  /** A session became busy (a response or a call runs) or idle. */
  readonly onBusy: (event: { sessionId: string; busy: boolean }) => void;
  readonly onTurn: (event: { sessionId: string; state: TurnState }) => void;
  readonly onStatus: (status: EngineStatus) => void;
}

export interface OutgoingMessage {
  readonly sessionId: string;
  readonly messageId: string;
  readonly text: string;
  readonly images?: readonly ModelImage[];
}

export interface RealtimeEngine {
  readonly status: () => EngineStatus;
  /**
   * Connects for the session if needed, appends the developer's message and asks for a response. Resolves when the
   * message is in the conversation, which for a queued one (`whileBusy`, default `interrupt`) is when its turn has come. Throws AppError, `cancelled` when
   * a queued message was taken back, `invalid_input` when it is too large to be sent.
   */
  readonly send: (message: OutgoingMessage & { readonly whileBusy?: 'interrupt' | 'queue' }) => Promise<void>;
  /**
   * Asks again for the session's last message, and goes on with a turn that was stopped: what was said and done since
   * stays in the conversation, and the message is not put into it a second time. Stops what runs. Throws AppError.
   */
  readonly retry: (message: { sessionId: string; messageId: string }) => Promise<void>;
  /** Takes a message back that waits for its turn; false when it does not wait. */
  readonly unqueue: (message: { sessionId: string; messageId: string }) => boolean;
  /**
   * Tells the model a fact outside any call (an unsettled write that settled) without asking for a response, on the
   * connection that the session has. The host keeps the fact first: its history tells every later connection.
   */
  readonly inform: (message: { sessionId: string; text: string }) => Promise<void>;
  /** Stops the running turn and aborts the calls below it; queued messages follow. False when nothing ran. */
  readonly cancel: (sessionId: string) => Promise<boolean>;
  /** The machine slept: each connection shows that it is alive, or is made again. */
  readonly wake: () => void;
  readonly voice: EngineVoice;
  readonly close: () => Promise<void>;
}
