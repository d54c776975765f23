import type { ErrorInfo } from '../../../shared/contracts/index.ts';
import { AppError, ValidationError, toAppError } from '../../../shared/errors/index.ts';

/** How a call that did not succeed is told: to the model as its output, to a person in one line, to the journal as a state. */
export const interrupted: ErrorInfo = { code: 'cancelled', message: 'This call was interrupted.' };
export const cancelledByDeveloper = (): AppError => new AppError('cancelled', 'The developer cancelled this call.');
export const denied = (reason: string): AppError =>
  new AppError(
    'denied',
    reason.trim() === ''
      ? 'The developer denied this without a reason. Ask what to do instead.'
      : `The developer denied this: ${reason.trim()}`,
    { data: { reason } },
  );

export const unknownFunction = (name: string, known: Iterable<string>): ValidationError =>
  new ValidationError(`There is no function ${JSON.stringify(name)}.`, [
    { path: 'name', message: `must be one of ${[...known].join(', ')}` },
  ]);

/** An abort without an AppError as its reason is the developer stopping the turn. */
export function infoOf(error: unknown): ErrorInfo {
  if (error instanceof Error && error.name === 'AbortError') return infoOf(cancelledByDeveloper());
  const { code, message, data } = toAppError(error);
  return Object.keys(data).length === 0 ? { code, message } : { code, message, data };
}

/** What ended a call: the abort before what it made fail; a time limit that ran out in a wait says what was waited for. */
export function endOf(signal: AbortSignal, error: unknown): unknown {
  if (!signal.aborted) return error;
  const reason: unknown = signal.reason ?? error;
  const waitedFor = error instanceof AppError ? error.data['waitedFor'] : undefined;
  if (typeof waitedFor !== 'string' || !(reason instanceof AppError) || reason.code !== 'timeout') return reason;
  const message = `It waited for ${waitedFor}, and its time ran out before it was sent. Ask for it again then.`;
  return new AppError('timeout', message, { data: { ...reason.data, waitedFor }, cause: reason });
}

export const unsettledInfo = (error: unknown): ErrorInfo => ({
  code: 'unity_unsettled',
  message: `It is not known yet whether this was done (${toAppError(error).message}). SPARK looks as soon as Unity answers and tells you; do not send it again.`,
});

export const stateOf = (info: ErrorInfo): 'denied' | 'cancelled' | 'failed' =>
  info.code === 'denied' ? 'denied' : info.code === 'cancelled' ? 'cancelled' : 'failed';

/** The first sentence of a message, on one line. */
export const summaryOf = (info: ErrorInfo): string =>
  (/^.*?[.:](?=\s|$)/s.exec(info.message)?.[0] ?? info.message).slice(0, 200);

export const toOutput = (error: ErrorInfo): string => JSON.stringify({ success: false, error });
