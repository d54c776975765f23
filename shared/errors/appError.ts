import type { ErrorCode } from './codes.ts';

export interface AppErrorOptions {
  /** Facts a caller or a person needs; never secrets. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one base of every error that crosses a module of SPARK. Branch on `code`, never on `message`.
 * `message` is for a person: what happened, what was kept, what to do next.
 */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
  }
}

/** An impossible branch was taken: a bug. Services exit, the app shows an error screen. */
export class InvariantError extends AppError {
  override readonly name = 'InvariantError';
  constructor(message: string, options: AppErrorOptions = {}) {
    super('invariant', message, options);
  }
}

export interface Issue {
  /** Where in the input, e.g. `arguments.path` or an environment variable's name. */
  readonly path: string;
  readonly message: string;
}

/** Input from outside (route, event, environment, row, model) did not have the shape it must have. */
export class ValidationError extends AppError {
  override readonly name = 'ValidationError';
  readonly issues: readonly Issue[];
  constructor(message: string, issues: readonly Issue[], options: AppErrorOptions = {}) {
    super('invalid_input', message, { ...options, data: { ...options.data, issues } });
    this.issues = issues;
  }
}

/** A server that SPARK needs failed. `retryable` says whether waiting can help (transient) or not (permanent). */
export class DependencyError extends AppError {
  override readonly name = 'DependencyError';
  readonly retryable: boolean;
  constructor(code: ErrorCode, message: string, options: AppErrorOptions & { readonly retryable: boolean }) {
    super(code, message, options);
    this.retryable = options.retryable;
  }
}

/** Narrows an unknown rejection to an `AppError`; anything else becomes an `InvariantError` with the cause kept. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new InvariantError(message, { cause: error });
}
