import type { z } from 'zod';
import type {
  ApprovalView,
  CallView,
  Effect,
  ErrorInfo,
  SonnetMode,
  SparkEvent,
} from '../../../shared/contracts/index.ts';
import type { CodeModel } from '../codeModel/index.ts';
import type { Cost } from '../cost/index.ts';
import type { MeasureFrame } from '../frameContent.ts';
import type { CallOrigin, JournalTables } from '../journal/index.ts';
import type { Push } from '../pushBus.ts';
import type { ToolDefinition } from '../realtime/types.ts';
import type { ConsoleMark, UnityAdapter } from '../unity/types.ts';
import type { Diffs } from './diffs.ts';

export type { Push };

/** Read again for each call: a person may change them. */
export interface FunctionSettings {
  readonly sonnetMode: SonnetMode;
  /** Writes C# where the mode says so. */
  readonly codeModel?: CodeModel | undefined;
  /** Counts what the code model uses, and says before each of its answers whether the money is there. */
  readonly cost?: Pick<Cost, 'keep' | 'mayContinue'> | undefined;
  /** The name of the conversation's model. */
  readonly realtimeModel?: string | undefined;
  /** Measures a picture where it holds nobody up; here, where it is not given. */
  readonly measureFrame?: MeasureFrame | undefined;
}

export interface CallLinks {
  readonly changeId: string | null;
  readonly frameId: string | null;
  readonly buildId: string | null;
}

export interface ApprovalRequest {
  readonly view: ApprovalView;
  /** The file that would be written; null for what is no file (a build). */
  readonly path: string | null;
  /** All files of a change to several; `path` is then null, and it is automatic only where each of them would be. */
  readonly paths?: readonly string[];
}

/** What the developer changed before approving; nothing where it was as proposed. */
export interface Approved {
  readonly editedContents: string | null;
  /** Of a change to several files: text by path. */
  readonly editedFiles: ReadonlyMap<string, string>;
}

/** What a handler is given: the call, its limits, and the doors it may use. */
export interface HandlerContext {
  readonly sessionId: string;
  readonly callId: string;
  readonly origin: CallOrigin;
  /** Aborts on cancel, at the time limit, and at shutdown. */
  readonly signal: AbortSignal;
  readonly unity: UnityAdapter;
  readonly journal: JournalTables;
  readonly settings: FunctionSettings;
  readonly diffs: Diffs;
  readonly push: Push;
  /** ISO 8601 now. */
  readonly now: () => string;
  readonly projectName: () => string;
  /**
   * Applies the policy: returns at once when it is automatic, waits for the developer when it asks. The call is running
   * afterwards. Throws AppError `denied` (with the developer's reason) or the signal's reason.
   */
  readonly approve: (request: ApprovalRequest) => Promise<Approved>;
  /** Where Unity's console stood when a call of this session began; null when that is not known. */
  readonly consoleMarkOf: (callId: string) => ConsoleMark | null;
  /** Makes a change, frame or build known on the call while it still runs. */
  readonly link: (links: Partial<CallLinks>) => void;
  readonly addTiming: (step: string, ms: number) => void;
  /** Shows what the call waits for while it runs; null when it goes on. */
  readonly onWait: (what: string | null) => void;
}

/** What a handler hands back. Nothing of it is kept until the dispatcher's one transaction. */
export interface HandlerOutcome<R> {
  readonly result: R;
  /** What the model gets instead of `result` when that would be too much for it. */
  readonly forModel?: unknown;
  /** One line for a person. */
  readonly summary: string;
  readonly links?: Partial<CallLinks>;
  /** The function did its work, and the work failed (a build with errors): the call ends `failed` with this. */
  readonly error?: ErrorInfo;
  /** Runs inside the transaction that ends the call; returns the events it appended. */
  readonly keep?: () => readonly SparkEvent[];
  /** Runs after that transaction. */
  readonly announce?: () => void;
}

export type PolicyDefault = 'automatic' | 'ask' | 'never';

export interface FunctionDefinition<A extends z.ZodType, R extends z.ZodType> {
  readonly name: string;
  /** For the model: what it does, when to use it, what comes back. */
  readonly description: string;
  readonly args: A;
  readonly result: R;
  readonly effect: Effect;
  readonly policy: PolicyDefault;
  /** `person`: a button of the window calls it; the model neither sees it nor may call it. Default `model`. */
  readonly audience?: 'model' | 'person';
  /** From the first step to the result, not counting the wait for the developer. */
  readonly timeLimitMs: number;
  readonly handler: (args: z.output<A>, context: HandlerContext) => Promise<HandlerOutcome<z.input<R>>>;
}

/** A definition with its argument type closed over, so that functions of all shapes fit into one table. */
export interface BoundFunction {
  readonly name: string;
  readonly effect: Effect;
  readonly policy: PolicyDefault;
  readonly audience?: 'model' | 'person';
  readonly timeLimitMs: number;
  /** Its description may follow the settings. */
  readonly tool: ToolDefinition;
  /** Throws ValidationError when the arguments are not JSON or do not have the function's shape. */
  readonly bind: (argumentsJson: string) => (context: HandlerContext) => Promise<HandlerOutcome<unknown>>;
}

export const isTerminal = (state: CallView['state']): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'denied' || state === 'cancelled';
