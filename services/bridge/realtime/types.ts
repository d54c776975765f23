import type { TurnState } from '../../../shared/contracts/api/index.ts';

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
  /** `image/png`, `image/jpeg` or `image/webp`. */
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** One entry of a session's history, oldest first, as it is replayed into a new connection. */
export type HistoryItem =
  | {
      readonly kind: 'message';
      readonly role: 'user' | 'assistant';
      readonly text: string;
      /** The journal's id of a user message: the message being sent is recognised by it and not sent twice. */
      readonly messageId?: string;
      /** Of a user message, in order. */
      readonly images?: readonly ModelImage[];
    }
  | {
      readonly kind: 'call';
      readonly callId: string;
      readonly name: string;
      readonly argumentsJson: string;
      readonly output: string;
    }
  /** What the model was told outside a call: how an earlier write was settled, what the developer undid. */
  | { readonly kind: 'fact'; readonly text: string };

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
}

/** A tool as the model sees it: a name, a description and the JSON Schema of its arguments. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What the engine tells its host. Calls for one session arrive in the order of the wire. */
export interface EngineHost {
  readonly tools: readonly ToolDefinition[];
  readonly instructions: (sessionId: string) => string;
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
   * The model asks for a function. Resolves with its one output, a JSON text; never rejects. A repeat of the same
   * `callId` gets the same output. `signal` aborts when the developer stops the turn.
   */
  readonly onFunctionCall: (
    call: { sessionId: string; callId: string; name: string; argumentsJson: string },
    signal: AbortSignal,
  ) => Promise<string>;
  readonly onUsage: (event: { sessionId: string; usage: ResponseUsage }) => void;
  /** What the session does now, for the window. `idle` at the end of each turn that was not stopped. */
  readonly onTurn: (event: { sessionId: string; state: TurnState }) => void;
  /** A session became busy (a response or a call runs) or idle. */
  readonly onBusy: (event: { sessionId: string; busy: boolean }) => void;
  readonly onStatus: (status: EngineStatus) => void;
}

export interface RealtimeEngine {
  readonly status: () => EngineStatus;
  /**
   * Connects for the session if needed, appends the developer's message and asks for a response. Resolves when the message
   * is in the conversation: a queued one (`whileBusy`, default `interrupt`) after the turns before it. Throws AppError;
   * `cancelled` when it was taken back.
   */
  readonly send: (message: {
    sessionId: string;
    messageId: string;
    text: string;
    images?: readonly ModelImage[];
    whileBusy?: 'interrupt' | 'queue';
  }) => Promise<void>;
  /** Asks again for the newest message, which is in the conversation already. Stops what runs. Throws AppError. */
  readonly retry: (message: { sessionId: string; messageId: string }) => Promise<void>;
  /** Takes back a message that waits; false when it was sent or is not known. */
  readonly unqueue: (message: { sessionId: string; messageId: string }) => boolean;
  /**
   * Tells the model a fact outside any call (an unsettled write that settled) without asking for a response, on the
   * connection that the session has. The host keeps the fact first: its history tells every later connection.
   */
  readonly inform: (message: { sessionId: string; text: string }) => Promise<void>;
  /** Stops the running response and aborts the calls below it; false when nothing ran. */
  readonly cancel: (sessionId: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}
