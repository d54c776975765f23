import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import { fastify, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { makeDispatcher } from '../../shared/node/api/index.ts';
import { ConfigError } from '../../shared/node/config/index.ts';
import type { Lifecycle } from '../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { SparkBridge } from '../bridge/types.ts';
import { makeAccess, type Access } from './access.ts';
import type { WebMetrics } from './metrics.ts';
import { servePage } from './page.ts';
import { serveSocket } from './socket.ts';

export interface WebHostOptions {
  readonly bridge: Pick<SparkBridge, 'api' | 'subscribe'>;
  readonly logger: Logger;
  readonly lifecycle: Pick<Lifecycle, 'own'>;
  /** Folder of the built window. */
  readonly rendererRoot: string;
  /** Address to listen on; port 0 takes a free one. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
  readonly metrics: WebMetrics;
}

export interface WebHost {
  readonly port: number;
  /** Where a person opens the window, the token in the fragment: keep it out of logs. */
  readonly url: string;
}

const tokenBody = z.strictObject({ token: z.string().min(1).max(512) });
/** Wrong tokens per minute before every further try is refused. */
const maxWrongTokens = 20;

/**
 * Starts the web host: the window at `/`, `POST /api/token`, the WebSocket API at `/api/socket`, `GET /healthz` and `/metrics`.
 * Throws a ConfigError when the address cannot be listened on. Released by `lifecycle`.
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { bridge, logger, lifecycle, token, metrics } = options;
  const app = fastify({ bodyLimit: 16 * 1024, forceCloseConnections: true, routerOptions: { maxParamLength: 256 } });
  // Known only once the port is: nothing is answered before.
  let access: Access | undefined;

  app.decorateRequest('nonce', '');
  app.addHook('onRequest', async (request, reply) => {
    if (access?.isAllowedHost(request.headers.host) === true) return;
    logger.warn({ host: request.headers.host }, 'a request for another host was refused');
    await reply.code(403).send({ error: 'This server does not answer to that name.' });
  });
  await app.register(fastifyCookie);
  await servePage(app, { root: options.rendererRoot });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  serveToken(app, { access: () => access, logger });
  app.setErrorHandler(async (error: { statusCode?: number; message: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error, path: request.url.split('?', 1)[0] }, 'a request failed');
    await reply.code(status).send({ error: status >= 500 ? 'SPARK failed at this request.' : error.message });
  });

  lifecycle.own('web host', () => app.close());
  await listen(app, options);
  const { port } = app.server.address() as AddressInfo;
  const known = makeAccess({ token, address: options.address, port });
  access = known;

  const closeSockets = serveSocket({
    server: app.server,
    subscribe: bridge.subscribe,
    dispatch: metrics.measure(makeDispatcher({ handlers: bridge.api, logger })),
    onWindows: metrics.windows,
    logger,
    refuse(request) {
      const { host, origin, cookie } = request.headers;
      if (!known.isOwnOrigin(origin, host)) return '403 Forbidden';
      return known.hasSession(app.parseCookie(cookie ?? '')[known.cookieName]) ? undefined : '401 Unauthorized';
    },
  });
  lifecycle.own('window connections', closeSockets);

  const name = ['0.0.0.0', '::'].includes(options.address) ? '127.0.0.1' : options.address;
  const host = name.includes(':') ? `[${name}]` : name;
  return { port, url: `http://${host}:${port}/#token=${encodeURIComponent(token)}` };
}

/** The page hands in the token of its address's fragment and gets a cookie that only the API sees. */
function serveToken(app: FastifyInstance, options: { access: () => Access | undefined; logger: Logger }): void {
  const wrongAt: number[] = [];
  app.post('/api/token', async (request, reply) => {
    const access = options.access();
    if (access === undefined || !isFromOwnPage(request.headers, access)) {
      return await reply.code(403).send({ error: 'Another page may not do that.' });
    }
    const body = tokenBody.safeParse(request.body);
    if (!body.success) return await reply.code(400).send({ error: 'Expected {"token": "…"}.' });
    const now = performance.now();
    while (wrongAt[0] !== undefined && now - wrongAt[0] > 60_000) wrongAt.shift();
    if (wrongAt.length >= maxWrongTokens) {
      return await reply.code(429).header('retry-after', '60').send({ error: 'Too many wrong tokens. Wait a minute.' });
    }
    const session = access.exchange(body.data.token);
    if (session === undefined) {
      wrongAt.push(now);
      options.logger.warn('a wrong token was refused');
      return await reply.code(401).send({ error: 'The token is wrong. Open the address that SPARK printed.' });
    }
    void reply.setCookie(access.cookieName, session, { path: '/api', httpOnly: true, sameSite: 'strict' });
    return await reply.code(204).send();
  });
}

/**
 * Our pages have the policy `no-referrer`, for which Chromium leaves the origin out or sends `null`; then `Sec-Fetch-Site`
 * says the same, and only the browser itself can write it.
 */
function isFromOwnPage(headers: IncomingHttpHeaders, access: Access): boolean {
  const { origin, host } = headers;
  if ((origin === undefined || origin === 'null') && headers['sec-fetch-site'] === 'same-origin')
    return access.isAllowedHost(host);
  return access.isOwnOrigin(origin, host);
}

async function listen(app: FastifyInstance, options: WebHostOptions): Promise<void> {
  const { address, port } = options;
  try {
    await app.listen({ host: address, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      const message = `port ${port} on ${address} is in use; stop the other program, or choose another port (0 takes a free one)`;
      throw new ConfigError([{ path: 'SPARK_WEB_PORT', message }]);
    }
    if (code === 'EACCES') {
      throw new ConfigError([{ path: 'SPARK_WEB_PORT', message: `port ${port} needs rights that this user lacks` }]);
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConfigError([{ path: 'SPARK_WEB_HOST', message: `${address} is not an address of this machine` }]);
    }
    throw error;
  }
}
