import type { Decision, ErrorInfo } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { CallOrigin, JournalTables } from '../journal/index.ts';
import type { UnityAdapter } from '../unity/types.ts';
import type { Diffs } from './diffs.ts';
import type { DirectWriter } from './directWrite.ts';
import type { RateLimit } from './rateLimit/rateLimit.ts';
import type { FunctionRegistry } from './registry.ts';
import type { FunctionSettings, Push } from './types.ts';

export interface FunctionCall {
  readonly sessionId: string;
  readonly callId: string;
  readonly name: string;
  readonly argumentsJson: string;
}

export interface DispatchOptions {
  /** A person's own click is its own approval. Default `model`. */
  readonly origin?: CallOrigin;
  /** Called once, when the call has the build it started. */
  readonly onBuild?: (buildId: string) => void;
  /** The call is kept and ends with this at once; nothing of it is run. */
  readonly notRun?: ErrorInfo;
}

/**
 * Runs function calls: `received → awaiting_approval → running → succeeded | failed | denied | cancelled`, and
 * `unsettled` in between when a write's outcome is not known. A repeat of a call id gets the first one's output; the
 * handler is never run twice. What a handler did is kept with the call's end in one transaction.
 */
export interface Dispatcher {
  /** Resolves with the model's one output, a JSON text. Never rejects. */
  readonly dispatch: (call: FunctionCall, signal: AbortSignal, options?: DispatchOptions) => Promise<string>;
  /** Throws AppError `not_found` or `already_decided`. */
  readonly decide: (sessionId: string, callId: string, decision: Decision) => void;
  /** False when the call does not run. */
  readonly cancel: (sessionId: string, callId: string) => boolean;
  readonly isBusy: (sessionId: string) => boolean;
  /** Ends the calls of an earlier run whose writes have been settled meanwhile, and all later ones as they settle. */
  readonly startSettling: () => void;
  /** Aborts what runs and waits for it. */
  readonly close: () => Promise<void>;
}

export interface DispatcherOptions {
  readonly registry: FunctionRegistry;
  readonly journal: JournalTables;
  /** Null when no Unity MCP is configured. */
  readonly unity: UnityAdapter | null;
  readonly settings: FunctionSettings;
  readonly rateLimit: Pick<RateLimit, 'take'>;
  readonly directWriter: DirectWriter;
  /** In this thread unless the bridge has another one for them. */
  readonly diffs?: Diffs;
  readonly push: Push;
  readonly projectName: () => string;
  /** Tells the model a fact outside any call. */
  readonly inform: (sessionId: string, text: string) => Promise<void>;
  readonly clock: () => number;
  readonly logger: Logger;
}
