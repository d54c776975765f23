import { type AppError, DependencyError } from '../../../shared/errors/index.ts';
import type { WireError } from './protocol/index.ts';
import type { Stop } from './types.ts';

/** The service refused the upgrade with an HTTP status, or the socket could not be opened. */
export function connectError(status: number | null, cause: unknown): AppError {
  const code = codeOf(cause);
  if (code !== null && isCertificateCode(code)) {
    return rejected(
      `The identity of the Realtime service could not be checked (${code}). Something between this machine and the service answers in its place: a proxy with a certificate of its own, or a wrong SPARK_REALTIME_URL. Your message is kept.`,
      { code },
      cause,
    );
  }
  if (code === 'ERR_PROXY_TUNNEL') return proxyError(cause);
  if (status === 401 || status === 403) {
    return rejected(
      'The Realtime service refused the key. Check OPENAI_REALTIME_API_KEY, or set another key in the settings; your message is kept.',
      { status },
      cause,
    );
  }
  if (status === 404) {
    return rejected(
      'The Realtime service does not know this model or address. Check SPARK_REALTIME_MODEL and SPARK_REALTIME_URL; your message is kept.',
      { status },
      cause,
    );
  }
  if (status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return rejected(
      `The Realtime service refused the connection (HTTP ${status}). Your message is kept.`,
      { status },
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

const rejected = (message: string, data: Record<string, unknown>, cause: unknown): DependencyError =>
  new DependencyError('realtime_rejected', message, { retryable: false, cause, data });

/** A key that cannot stand in a header is not sent at all. */
export const malformedKey = (): DependencyError =>
  new DependencyError(
    'realtime_rejected',
    'The key for the Realtime service has spaces or letters that no key has; perhaps more was copied than the key. Set OPENAI_REALTIME_API_KEY again, or enter the key in the settings; your message is kept.',
    { retryable: false },
  );

/** Node's own error of a tunnel that was not made; `statusCode` is what the proxy answered. */
function proxyError(cause: unknown): AppError {
  const status = cause instanceof Error && 'statusCode' in cause ? Number(cause.statusCode) : 0;
  if (status === 407) {
    return rejected(
      'The proxy asks for a name and password. Set them in HTTPS_PROXY (http://name:password@host:port); your message is kept.',
      { status },
      cause,
    );
  }
  return new DependencyError(
    'realtime_unavailable',
    `The proxy of HTTPS_PROXY does not lead to the Realtime service (HTTP ${status}). Check the proxy, or add the host to NO_PROXY; your message is kept.`,
    { retryable: true, cause, data: { status } },
  );
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** Node's names for what is wrong with a certificate, and OpenSSL's for a peer that does not speak TLS. */
const isCertificateCode = (code: string): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|ERR_TLS|ERR_SSL|^EPROTO$|HOSTNAME_MISMATCH/.test(code);

export const noKeyDetail =
  'No key for the Realtime model is set. Set OPENAI_REALTIME_API_KEY, or enter a key in the settings; what you type is kept.';

export const lostError = (): DependencyError =>
  new DependencyError('realtime_unavailable', 'The connection to the model was lost. Your message is kept.', {
    retryable: true,
  });

/** The service took the connection and then said no to the session. */
export function refusedSession(error: WireError): DependencyError {
  const failure = judge(error);
  if (failure.kind !== 'final') {
    return new DependencyError('realtime_unavailable', `${describeWireError(error).message} Your message is kept.`, {
      retryable: true,
      data: { code: error.code },
    });
  }
  return new DependencyError('realtime_rejected', `${failure.message} Your message is kept.`, {
    retryable: false,
    data: { code: error.code },
  });
}

/**
 * What a failure of the service asks for. `wait`: it asked for a pause. `again`: it was its own fault and may pass.
 * `reconnect`: the session is over or out of step, a new one takes over. `final`: only the developer can help.
 */
export type Judged =
  | { readonly kind: 'wait' }
  | { readonly kind: 'again' }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'final'; readonly code: string; readonly message: string };

export function judge(error: WireError | null | undefined): Judged {
  switch (error?.code ?? error?.type ?? '') {
    case 'rate_limit_exceeded':
    case 'rate_limit_error':
      return { kind: 'wait' };
    case 'session_expired':
    case 'conversation_already_has_active_response':
      return { kind: 'reconnect' };
    case '':
    case 'server_error':
    case 'internal_error':
    case 'internal_server_error':
      return { kind: 'again' };
    default:
      return { kind: 'final', ...describeWireError(error) };
  }
}

/** The message is not in the conversation, so nothing that the model says could be an answer to it. */
export function unheardStop({ message }: WireError): Stop {
  const said = message == null || message === '' ? '' : ` It says: ${message}`;
  return {
    code: 'realtime_rejected',
    message: `The service did not take your message, so it was not answered. It is kept; send it again in other words or without its pictures.${said}`,
    may: ['retry'],
  };
}

/** An error that the service reports, as the window shows it. */
export function describeWireError(error: WireError | null | undefined): { code: string; message: string } {
  const said = error?.message == null || error.message === '' ? '' : ` It says: ${error.message}`;
  switch (error?.code ?? '') {
    case 'rate_limit_exceeded':
      return { code: 'rate_limited', message: `The model's rate limit is reached.${said}` };
    case 'insufficient_quota':
      return {
        code: 'realtime_rejected',
        message: `The account of this key has no money left. Add credit, then ask again.${said}`,
      };
    case 'invalid_api_key':
      return {
        code: 'realtime_rejected',
        message: `The Realtime service refused the key. Check OPENAI_REALTIME_API_KEY, or set another key in the settings.${said}`,
      };
    case 'model_not_found':
      return {
        code: 'realtime_rejected',
        message: `The Realtime service does not know this model, or the key may not use it. Check SPARK_REALTIME_MODEL.${said}`,
      };
    default:
      return { code: 'realtime_unavailable', message: `The model could not answer. Ask again to retry.${said}` };
  }
}
