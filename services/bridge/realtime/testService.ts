import { toAppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { openConnection } from './connection.ts';
import type { ProxyEnvironment } from './proxy.ts';
import { toSessionUpdate } from './sessionSettings.ts';
import { openTransport } from './transport.ts';

export type ServiceTest =
  | { readonly kind: 'answers'; readonly model: string; readonly latencyMs: number }
  | { readonly kind: 'failed'; readonly why: string };

/** Opens a session with the service, as the first message would, and leaves. Nothing is said, so it costs nothing. */
export async function testRealtimeService(options: {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
  readonly organisation?: string | undefined;
  readonly project?: string | undefined;
  readonly proxy?: ProxyEnvironment | undefined;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<ServiceTest> {
  const { logger, signal, ...endpoint } = options;
  const started = performance.now();
  try {
    const connection = await openConnection({
      endpoint: { ...endpoint, connectTimeoutMs: 10_000, pingIntervalMs: 15_000, maxPayloadBytes: 1024 * 1024 },
      settings: toSessionUpdate({ model: options.model, instructions: '', tools: [] }),
      items: [],
      openTransport,
      logger,
      unknownTypes: new Set(),
      signal,
      onEvent: () => undefined,
      onLatency: () => undefined,
      onClose: () => undefined,
    });
    connection.close();
    return { kind: 'answers', model: connection.model, latencyMs: performance.now() - started };
  } catch (error) {
    return { kind: 'failed', why: toAppError(error).message };
  }
}
