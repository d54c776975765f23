import Anthropic from '@anthropic-ai/sdk';

/**
 * The official SDK, with every default named that it would otherwise take from the environment (base URL, headers of a
 * proxy, log level, tracing): what SPARK does is decided by SPARK's own settings, and nothing of a request is logged.
 *
 * Retries are the SDK's: two, for what may pass by itself. A service that asks for a longer wait than `maxWaitMs` is not
 * waited for, because a person looks on; the SDK is told so by the header that it obeys.
 */
export interface ClientOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  /** Called for every piece of a body, pings included: the connection is alive. */
  readonly onBytes: () => void;
}

const maxRetries = 2;
const maxWaitMs = 15_000;
/** Until the first byte of an answer; the answer itself is bounded by its silence. */
const connectTimeoutMs = 60_000;

export function makeClient({ apiKey, baseUrl, onBytes }: ClientOptions): Anthropic {
  return new Anthropic({
    apiKey,
    baseURL: baseUrl.replace(/\/+$/, ''),
    maxRetries,
    timeout: connectTimeoutMs,
    logLevel: 'off',
    openTelemetry: false,
    fetch: async (input, init) => watched(await fetch(input, init), onBytes),
  });
}

function watched(response: Response, onBytes: () => void): Response {
  onBytes();
  const headers = new Headers(response.headers);
  if (waitOf(headers) > maxWaitMs) headers.set('x-should-retry', 'false');
  const pipe = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onBytes();
      controller.enqueue(chunk);
    },
  });
  const { status, statusText } = response;
  return new Response(response.body?.pipeThrough(pipe) ?? null, { status, statusText, headers });
}

/** Milliseconds that the service asks to wait; 0 when it does not say. */
export function waitOf(headers: Headers): number {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return milliseconds;
  const text = headers.get('retry-after');
  if (text === null) return 0;
  const seconds = Number(text);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}
