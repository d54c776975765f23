import { AnthropicError, APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { waitOf } from './client.ts';
import type { Unavailable, UnavailableCode } from './types.ts';

/** A failure as a value, with a sentence for a person; the service's own words go to the log only. */
export const unavailable = (code: UnavailableCode, message: string): Unavailable => ({
  kind: 'unavailable',
  code,
  message,
});

export const noKey = (): Unavailable =>
  unavailable('no_key', 'No key of the code model is set. Set ANTHROPIC_API_KEY and start SPARK again.');

/**
 * Every way in which the vendor documents that a request fails, and those of the network. The type in the body counts
 * where there is one: an error inside a stream comes without an HTTP status.
 */
export function failureOf(
  error: unknown,
  asked: { readonly model: string; readonly baseUrl: string; readonly began: boolean },
): Unavailable {
  const { model, baseUrl, began } = asked;
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
  if (error instanceof APIConnectionTimeoutError) return timedOut(model);
  if (error instanceof APIConnectionError) {
    const why = rootCause(error);
    return unavailable(
      'network',
      `The code model could not be reached at ${host}${why === '' ? '' : ` (${why})`}. Check the network, a proxy and SPARK_CODE_MODEL_URL.`,
    );
  }
  if (error instanceof APIError) {
    const { apiMessage } = error;
    return { ...ofService(error, model), ...(apiMessage === null ? {} : { detail: apiMessage }) };
  }
  const cause = error instanceof AnthropicError ? error.cause : error;
  if (cause instanceof SyntaxError) return garbled(model);
  // A stream that ends before a message began, and not by a fault of the connection, is no stream of messages.
  if (error instanceof AnthropicError && (began || cause !== undefined)) {
    return unavailable(
      'network',
      `The connection to ${model} was cut before it had finished. Nothing of its answer was used.`,
    );
  }
  return garbled(model);
}

export const timedOut = (model: string): Unavailable =>
  unavailable('timeout', `${model} did not answer in time. Try again, or ask for less at once.`);

export const garbled = (model: string): Unavailable =>
  unavailable('protocol', `${model} answered with something that is no message. Check SPARK_CODE_MODEL_URL.`);

export const refused = (model: string, category: string | null): Unavailable =>
  unavailable(
    'refused',
    `${model} refused to write this${category === null ? '' : ` (${category.replaceAll('_', ' ')})`}. Put the request differently, or write it without the code model.`,
  );

export const cutOff = (model: string): Unavailable =>
  unavailable('max_tokens', `The file is longer than ${model} may answer. Ask for it in several smaller scripts.`);

export const tooLarge = (): Unavailable =>
  unavailable(
    'too_large',
    'The file is too long for the code model to write it again. Change it by a patch, or split it.',
  );

function ofService(error: APIError, model: string): Unavailable {
  const { status, type, errorCode } = error;
  if (type === 'billing_error' || status === 402 || /spend_limit|billing/.test(errorCode ?? '')) {
    return unavailable(
      'no_money',
      'The account of the code model has no money left, or reached its spend limit. See the billing page of its console.',
    );
  }
  if (status === 401 || type === 'authentication_error') {
    return unavailable('unauthorized', 'The key of the code model was not accepted. Check ANTHROPIC_API_KEY.');
  }
  if (status === 403 || type === 'permission_error') {
    return unavailable(
      'forbidden',
      `The key of the code model may not use ${model}. Check the permissions of the key, or SPARK_CODE_MODEL.`,
    );
  }
  if (status === 404 || type === 'not_found_error') {
    return unavailable(
      'model_not_found',
      `The service does not know the model ${model}. Check SPARK_CODE_MODEL and SPARK_CODE_MODEL_URL.`,
    );
  }
  if (status === 413)
    return unavailable('too_large', 'The request is larger than the code model takes. Ask for a smaller script.');
  if (status === 429 || type === 'rate_limit_error') {
    const seconds = Math.ceil(waitOf(error.headers ?? new Headers()) / 1_000);
    const when = seconds > 0 ? ` in ${seconds} s` : ' in a minute';
    return unavailable('rate_limited', `${model} takes no more requests from this account just now. Try again${when}.`);
  }
  if (status === 529 || type === 'overloaded_error') {
    return unavailable('overloaded', `${model} is overloaded. Try again in a moment.`);
  }
  if (status === 408 || type === 'timeout_error' || status === 504) return timedOut(model);
  if (status === undefined && type === null) return garbled(model);
  if (status === undefined || status >= 500 || type === 'api_error') {
    return unavailable(
      'server_error',
      `The service of ${model} failed (${status ?? type ?? 'no status'}). Try again in a moment.`,
    );
  }
  return unavailable(
    'bad_request',
    `The service did not accept the request for ${model} (${status}${type === null ? '' : ` ${type}`}). Check SPARK_CODE_MODEL; if it is right, this is a fault of SPARK.`,
  );
}

/** What the system says of a connection: `ECONNREFUSED`, a certificate's fault. Codes only, they carry no secret. */
function rootCause(error: unknown): string {
  let code = '';
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') code = at.code;
  }
  return code;
}
