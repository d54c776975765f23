import { type AppError, DependencyError } from '../../../shared/errors/index.ts';
import type { WireError } from './protocol/index.ts';

/** The service refused the upgrade with an HTTP status, or the socket could not be opened. */
export function connectError(status: number | null, cause: unknown): AppError {
  if (status === 401 || status === 403) {
    return rejected(
      'The Realtime service refused the key. Check OPENAI_REALTIME_API_KEY, or set another key in the settings; your message is kept.',
      status,
      cause,
    );
  }
  if (status === 404) {
    return rejected(
      'The Realtime service does not know this model or address. Check SPARK_REALTIME_MODEL and SPARK_REALTIME_URL; your message is kept.',
      status,
      cause,
    );
  }
  if (status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return rejected(
      `The Realtime service refused the connection (HTTP ${status}). Your message is kept.`,
      status,
      cause,
    );
  }
  const what = status === null ? '' : ` (HTTP ${status})`;
  return new DependencyError(
    'realtime_unavailable',
    `The Realtime service cannot be reached${what}. Check the network; your message is kept.`,
    { retryable: true, cause, data: status === null ? {} : { status } },
  );
}

const rejected = (message: string, status: number, cause: unknown): DependencyError =>
  new DependencyError('realtime_rejected', message, { retryable: false, cause, data: { status } });

export const noKeyDetail =
  'No key for the Realtime model is set. Set OPENAI_REALTIME_API_KEY, or enter a key in the settings; what you type is kept.';

export const lostError = (): DependencyError =>
  new DependencyError('realtime_unavailable', 'The connection to the model was lost. Your message is kept.', {
    retryable: true,
  });

/** An error that the service reports for a response, as the window shows it. */
export function describeWireError(error: WireError | null | undefined): { code: string; message: string } {
  const said = error?.message == null || error.message === '' ? '' : ` It says: ${error.message}`;
  switch (error?.code ?? '') {
    case 'rate_limit_exceeded':
      return {
        code: 'rate_limited',
        message: `The model's rate limit is reached. Wait a moment, then send again.${said}`,
      };
    case 'insufficient_quota':
      return {
        code: 'realtime_rejected',
        message: `The account of this key has no money left. Add credit, then send again.${said}`,
      };
    default:
      return { code: 'realtime_unavailable', message: `The model could not answer. Send again to retry.${said}` };
  }
}
