import type { ResponseUsage } from '../realtime/types.ts';

/** What the code model is told. Everything but the prompt is read from the project, never made up. */
export interface CodeRequest {
  /** What the script must do. */
  readonly prompt: string;
  /** Class and file name without `.cs`. */
  readonly className: string;
  /** Project path, `Assets/…/Name.cs`. */
  readonly path: string;
  /** The file as it is; null when it is new. */
  readonly current: string | null;
  /** What another model proposes; null when there is no such text. */
  readonly draft: string | null;
  /** Public types and members of scripts nearby, nearest first. */
  readonly neighbours: readonly Neighbour[];
  readonly unityVersion: string | null;
  readonly renderPipeline: string | null;
  /** Of the last attempt at this file. */
  readonly compileErrors: readonly CompileProblem[];
}

export interface Neighbour {
  readonly path: string;
  readonly surface: string;
}

export interface CompileProblem {
  readonly message: string;
  readonly code?: string | undefined;
  readonly line?: number | undefined;
  /** The script itself unless said. */
  readonly file?: string | undefined;
}

/** Why there is no code. The message is a sentence for a person that says what to do. */
export const unavailableCodes = [
  'no_key',
  'unauthorized',
  'forbidden',
  'no_money',
  'bad_request',
  'model_not_found',
  'too_large',
  'rate_limited',
  'overloaded',
  'server_error',
  'timeout',
  'network',
  'refused',
  'max_tokens',
  'not_code',
  'syntax',
  'protocol',
] as const;
export type UnavailableCode = (typeof unavailableCodes)[number];

export interface Unavailable {
  readonly kind: 'unavailable';
  readonly code: UnavailableCode;
  readonly message: string;
  /** The service's own words, for the log only. */
  readonly detail?: string;
}

export type CodeResult =
  | { readonly kind: 'code'; readonly contents: string; /** The model that wrote it. */ readonly model: string }
  | Unavailable;

export interface CodeListeners {
  /** Before each time that the model is asked; what it throws ends the writing. */
  readonly beforeRequest?: () => void;
  /** Lines received so far of the attempt that runs; `second` when the first answer could not be used. */
  readonly onProgress?: (progress: { readonly lines: number; readonly second: boolean }) => void;
  /** Called once for every answer of which the service has reported tokens, also for one that is cut off or refused. */
  readonly onUsage?: (usage: ResponseUsage) => void;
}

export interface CodeModel {
  /** The model that is asked. */
  readonly model: string;
  /** False without a key: `writeCode` then says so without asking anybody. */
  readonly hasKey: boolean;
  /**
   * Everything that can go wrong on the way is a value; only an abort rejects, with the signal's reason, and what
   * `beforeRequest` throws.
   */
  readonly writeCode: (request: CodeRequest, signal: AbortSignal, listeners?: CodeListeners) => Promise<CodeResult>;
}
