import type { AppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { Endpoint } from './connection.ts';
import type { HistoryBudget } from './historyBudget.ts';
import type { OpenTransport } from './transport.ts';
import type { EngineHost } from './types.ts';

export interface SessionLimits {
  /** A connection older than this is replaced before the next turn: the service ends one after 60 minutes. */
  readonly connectionAgeMs: number;
  /** An unused connection is closed. */
  readonly idleMs: number;
  /** A running response that is silent for this long counts as a lost connection. */
  readonly stallMs: number;
  /** How long a cancelled response or a stopped call may take to end. */
  readonly cancelGraceMs: number;
  /** How long a turn waits for a lost connection to come back. */
  readonly reconnectWindowMs: number;
  readonly reconnectBaseMs: number;
  /** The longest that a turn waits because the service asks it to; a longer wait ends the turn. */
  readonly longestWaitMs: number;
  /** How long the summary of an old part may take before the turn goes on without it. */
  readonly summaryMs: number;
}

export interface SessionOptions {
  readonly sessionId: string;
  readonly endpoint: Endpoint;
  readonly host: EngineHost;
  readonly limits: SessionLimits;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Milliseconds since the epoch; goes on while the machine sleeps. */
  readonly wallNow: () => number;
  readonly openTransport: OpenTransport;
  readonly historyBudget?: HistoryBudget | undefined;
  readonly unknownTypes: Set<string>;
  readonly onReady: (model: string) => void;
  readonly onLatency: (latencyMs: number) => void;
  readonly onReconnecting: (detail: string, retryInMs: number) => void;
  readonly onFailed: (error: AppError) => void;
  /** The connection went away while nothing ran; the next message makes it again. */
  readonly onIdleLoss: () => void;
}
