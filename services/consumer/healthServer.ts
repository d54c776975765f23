import { createServer, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { AppError } from '../../shared/errors/index.ts';
import { ConfigError } from '../../shared/node/config/index.ts';
import type { Health, Verdict } from './health.ts';

export interface HealthServer {
  /** `http://127.0.0.1:9464`, with the port that was taken. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves /metrics (Prometheus text), /healthz and /readyz (JSON; 200, or 503 with what is wrong) to GET and HEAD. Nothing
 * there is secret and nothing can be changed. Rejects with a ConfigError when it cannot listen.
 */
export async function startHealthServer(options: {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>;
  readonly health: Health;
}): Promise<HealthServer> {
  const { host, port, registry, health } = options;
  const routes = new Map<string, (response: ServerResponse) => Promise<void>>([
    [
      '/metrics',
      async (response) => {
        const text = await registry.metrics();
        response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
      },
    ],
    ['/healthz', (response) => Promise.resolve(answer(response, health.alive()))],
    ['/readyz', async (response) => answer(response, await health.ready())],
  ]);
  const server = createServer((request, response) => {
    const route = routes.get(request.url?.split('?')[0] ?? '');
    if (route === undefined) {
      response.writeHead(404).end('There are /metrics, /healthz and /readyz.\n');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    } else {
      route(response).catch(() => {
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    }
  });
  // A scraper that stalls must not hold a connection for ever.
  server.requestTimeout = 5_000;
  server.keepAliveTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(cannotListen(error, host, port));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const taken = address !== null && typeof address === 'object' ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, verdict: Verdict): void {
  response
    .writeHead(verdict.ok ? 200 : 503, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(`${JSON.stringify(verdict)}\n`);
}

function cannotListen(error: Error, host: string, port: number): AppError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const message = `port ${port} of ${host} is taken, maybe by another consumer; choose another, 0 takes a free one`;
    return new ConfigError([{ path: 'SPARK_METRICS_PORT', message }]);
  }
  return new ConfigError([{ path: 'SPARK_METRICS_HOST', message: `cannot listen there: ${error.message}` }]);
}
