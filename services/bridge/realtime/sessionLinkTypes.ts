import type { TurnState } from '../../../shared/contracts/index.ts';
import type { ClientEvent, ClientItem, ServerEvent, WireError } from './protocol/index.ts';
import type { LimitsSeen } from './rateLimit.ts';
import type { ResponseOutcome } from './response.ts';
import type { SessionOptions } from './sessionOptions.ts';
import type { Turn } from './turn.ts';
import type { VoiceSetup } from './voice/audio.ts';

/**
 * The connection of one session, made when a turn needs it: opened with the history, replaced before the service ends
 * it, made again with backoff when lost.
 */
export interface SessionLink {
  readonly isOpen: () => boolean;
  /** A connection without a turn, for whoever wants to be heard. One that is open is brought to the voice's setup. */
  readonly open: () => Promise<void>;
  /** Tells an open connection how voice is set up now. */
  readonly configure: () => void;
  readonly send: (event: ClientEvent) => boolean;
  readonly backlogBytes: () => number;
  /** How many responses were asked for. */
  readonly asked: () => number;
  /** Puts the turn's message into the conversation, over a new connection when there is none or it has grown old. */
  readonly begin: (turn: Turn) => Promise<void>;
  /** Between two responses: an old connection is replaced, a lost one made again. Rejects as `reconnect` does. */
  readonly freshen: (turn: Turn) => Promise<void>;
  /** Rejects when the service says no for good, or not within the window. */
  readonly reconnect: (turn: Turn) => Promise<void>;
  /** Asks for one response and follows it to its end. An abort of the turn cancels it. */
  readonly respond: (turn: Turn) => Promise<ResponseOutcome>;
  /** False when there is no connection: the history of the next one carries what the journal has. */
  readonly add: (item: ClientItem) => boolean;
  /** The current conversation holds the output of this call. */
  readonly hasOutput: (callId: string) => boolean;
  /** A fact that the history has too. */
  readonly inform: (text: string) => void;
  readonly limitsSeen: () => LimitsSeen | null;
  /** The machine slept: the connection must show that it lives. */
  readonly check: () => void;
  /** Ends the connection; the next turn makes another. */
  readonly drop: () => void;
  readonly close: () => void;
}

export interface SessionLinkOptions extends SessionOptions {
  readonly isIdle: () => boolean;
  readonly onTurn: (state: TurnState) => void;
  readonly voice: {
    /** Null: the session puts out text. */
    readonly setup: () => VoiceSetup | null;
    readonly accept: (event: ServerEvent) => void;
    readonly refuse: (error: WireError) => void;
    readonly onOpened: () => void;
    readonly onLost: () => void;
  };
}
