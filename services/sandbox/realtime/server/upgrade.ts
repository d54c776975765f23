import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer to an upgrade that is not one: HTTP, with the error as JSON. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
}

/** `gpt-realtime`, its numbered successors, their `-mini`, and dated snapshots of these. */
const knownModel = /^gpt-realtime(-\d(\.\d)?)?(-mini)?(-20\d\d-\d\d-\d\d)?$/;

/** The model of a good upgrade request, else what to refuse it with. */
export function acceptedModel(request: IncomingMessage, key: string): string | UpgradeRefusal {
  const url = new URL(request.url ?? '/', 'ws://127.0.0.1');
  if (url.pathname !== '/v1/realtime') {
    return { status: 404, code: 'not_found', message: `Invalid URL (${url.pathname})` };
  }
  if (!isKey(request.headers.authorization, key)) {
    return { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' };
  }
  if (request.headers['openai-beta'] !== undefined) {
    return { status: 400, code: 'beta_api_shape_disabled', message: 'The beta interface is gone; remove OpenAI-Beta.' };
  }
  const model = url.searchParams.get('model');
  if (model === null || model === '') {
    return { status: 400, code: 'missing_model', message: 'You must provide a model.' };
  }
  if (!knownModel.test(model)) {
    return { status: 404, code: 'model_not_found', message: `The model '${model}' does not exist.` };
  }
  return model;
}

function isKey(header: string | undefined, key: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${key}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const { status, code, message, retryAfterSeconds } = refusal;
  const body = JSON.stringify({ error: { type: 'invalid_request_error', code, message, param: null } });
  const lines = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: application/json',
    'Connection: close',
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
