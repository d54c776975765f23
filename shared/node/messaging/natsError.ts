import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import { errors } from '@nats-io/nats-core';
import { AppError, DependencyError } from '../../errors/index.ts';

/** JetStream answers that mean "full" or "not there now": the stream is full, storage is short, no leader. */
const passingApiCodes: ReadonlySet<number> = new Set([10008, 10023, 10047, 10059, 10074, 10077]);

/**
 * Translates what the NATS client rejects with, once: `nats_rejected` (an answer that says no; retryable when it may
 * pass, like a full stream) or `nats_unavailable` (no answer; retryable).
 */
export function toNatsError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (error instanceof JetStreamApiError) {
    return new DependencyError('nats_rejected', `JetStream refused: ${error.message}.`, {
      retryable: passingApiCodes.has(error.code) || error.status >= 500,
      data: { apiCode: error.code, status: error.status },
      cause: error,
    });
  }
  // A request that is not permitted is wrapped by the client.
  const refusal = [error, error.cause].find((each) => each instanceof Error && isRefusal(each));
  if (refusal instanceof Error) {
    return new DependencyError('nats_rejected', `NATS refused: ${refusal.message}.`, {
      retryable: false,
      cause: error,
    });
  }
  if (error.cause instanceof errors.RequestError) return noStream(error);
  return isFromNats(error) ? unavailable(error.message, error) : error;
}

/** The error of an operation while there is no connection. */
export const notConnected = (reason: string): DependencyError =>
  new DependencyError('nats_unavailable', `NATS is not available: ${reason}.`, { retryable: true });

/** Nobody answers on the subject. */
export const noStream = (cause?: Error): DependencyError =>
  unavailable(
    'no stream takes the subject (the consumer makes it when it starts, or "spark-nats-consumer setup")',
    cause,
  );

/** The message may be stored or not; sending it again with the same id is safe. */
export const noAnswer = (afterMs: number): DependencyError =>
  unavailable(`no acknowledgement within ${afterMs / 1_000} s`);

/** What came instead of an acknowledgement is none. */
export const strangeAnswer = (cause: unknown): DependencyError =>
  unavailable('an acknowledgement that cannot be read', cause);

const unavailable = (reason: string, cause?: unknown): DependencyError =>
  new DependencyError('nats_unavailable', `NATS is not available: ${reason}.`, {
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });

const isRefusal = (error: Error): boolean =>
  error instanceof errors.AuthorizationError ||
  error instanceof errors.UserAuthenticationExpiredError ||
  error instanceof errors.PermissionViolationError ||
  error instanceof errors.InvalidSubjectError ||
  error instanceof errors.InvalidArgumentError;

const isFromNats = (error: Error): boolean =>
  Object.values(errors).some((kind) => error instanceof kind) ||
  error instanceof JetStreamError ||
  // A refused or cut socket, before the client wraps it.
  'syscall' in error ||
  error.constructor === Error;
