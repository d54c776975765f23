import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ReplicaReader } from '../../../database/index.ts';
import { analyticsBasePath, analyticsRoutes, type AnalyticsRouteName } from '../../../shared/contracts/index.ts';
import { AppError, ValidationError, issuesOf } from '../../../shared/errors/index.ts';
import { ConfigError } from '../../../shared/node/config/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { webhookPath, webhookSchema } from './alertmanager.ts';
import { makeAnswers } from './answers.ts';
import type { ForwardAlerts } from './forward.ts';
import type { ApiMetrics } from './metrics.ts';
import { makeOpenApi } from './openapi.ts';

export interface AnalyticsApiOptions {
  readonly reader: ReplicaReader;
  readonly forward: ForwardAlerts;
  readonly metrics: ApiMetrics;
  readonly logger: Logger;
  readonly lifecycle: Pick<Lifecycle, 'own'>;
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Every app has it: it reads and does nothing else. */
  readonly token: string;
  /** Opens the receiver of Alertmanager alone; unset, that refuses all. */
  readonly alertmanagerToken: string | undefined;
  readonly version: string;
  /** How long an answer is told again without asking the replica. */
  readonly memoryMs?: number;
}

/**
 * Starts the read API: the routes of `shared/contracts/analytics` behind a bearer token, the receiver of Alertmanager behind
 * its own, and without a token `/openapi.json` under the base path, `/healthz`, `/readyz` and `/metrics`, which tell no figure of a
 * person. Throws a ConfigError where it cannot listen. Released by `lifecycle`.
 */
export async function startAnalyticsApi(options: AnalyticsApiOptions): Promise<{ readonly url: string }> {
  const { reader, forward, metrics, logger, lifecycle, version } = options;
  const app = fastify({ bodyLimit: 1024 * 1024, forceCloseConnections: 'idle', requestTimeout: 10_000 });
  const answers = makeAnswers({ reader, memoryMs: options.memoryMs ?? 5_000 });

  observe(app, metrics);
  app.setErrorHandler((error, request, reply) => refuse(error, { request, reply, logger }));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'unknown_route', message: `There is ${analyticsBasePath}/openapi.json.` } }),
  );
  app.get('/healthz', () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const replica = await reader
      .read(() => Promise.resolve())
      .then(
        () => 'ok',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    return await reply.code(replica === 'ok' ? 200 : 503).send({ ok: replica === 'ok', checks: { replica } });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  const document = makeOpenApi({ version });
  app.get(`${analyticsBasePath}/openapi.json`, () => document);

  await app.register(
    (guarded, _options, done) => {
      guarded.addHook('onRequest', askFor(options.token));
      for (const name of Object.keys(analyticsRoutes) as AnalyticsRouteName[]) {
        guarded.get(analyticsRoutes[name].path, async (request, reply) => {
          const { text, tag, from } = await answers.get(name, request.query);
          void reply.header('etag', tag).header('cache-control', 'private, max-age=5').header('vary', 'authorization');
          const isKnown = request.headers['if-none-match']?.split(/,\s*/).includes(tag) === true;
          metrics.told(isKnown ? 'unchanged' : from);
          if (isKnown) return await reply.code(304).send();
          return await reply.type('application/json; charset=utf-8').send(text);
        });
      }
      done();
    },
    { prefix: analyticsBasePath },
  );
  await app.register(
    (guarded, _options, done) => {
      const { alertmanagerToken } = options;
      guarded.addHook('onRequest', alertmanagerToken === undefined ? refuseWebhook : askFor(alertmanagerToken));
      guarded.post(webhookPath, async (request, reply) => {
        const body = webhookSchema.safeParse(request.body);
        if (!body.success) throw new ValidationError("This is not Alertmanager's webhook.", issuesOf(body.error));
        const { length } = body.data.alerts;
        const { truncatedAlerts } = body.data;
        if (truncatedAlerts > 0) {
          metrics.forwarded('truncated', truncatedAlerts);
          logger.warn(
            { truncatedAlerts },
            'Alertmanager left alerts out of its message: raise max_alerts or group them',
          );
        }
        await forward(body.data).catch((error: unknown) => {
          metrics.forwarded('refused', length);
          throw error;
        });
        metrics.forwarded('published', length);
        return await reply.code(204).send();
      });
      done();
    },
    { prefix: analyticsBasePath },
  );

  lifecycle.own('analytics api', () => app.close());
  await listen(app, options);
  const { port } = app.server.address() as AddressInfo;
  const name = ['0.0.0.0', '::'].includes(options.address) ? '127.0.0.1' : options.address;
  return { url: `http://${name.includes(':') ? `[${name}]` : name}:${port}${analyticsBasePath}` };
}

function observe(app: FastifyInstance, metrics: ApiMetrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { url } = request.routeOptions;
    const route = url === undefined ? 'unknown' : url.replace(analyticsBasePath, '');
    metrics.answered({ route, status: reply.statusCode, seconds: reply.elapsedTime / 1_000 });
    // Without a token, no JSON, too long, no webhook: Alertmanager drops a message that is answered so.
    const isRefused = reply.statusCode >= 400 && reply.statusCode < 500;
    if (route === webhookPath && isRefused) metrics.forwarded('unreadable', 1);
    done();
  });
}

/** Refuses a request without this bearer token, before its body is read. */
function askFor(token: string): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const isToken = makeTokenCheck(token);
  return async (request, reply) => {
    if (isToken(request.headers.authorization)) return;
    const message = 'The bearer token is missing or wrong.';
    await reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ error: { code: 'unauthorized', message } });
  };
}

async function refuseWebhook(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const message =
    'SPARK_ALERTMANAGER_TOKEN is not set at the analytics API: set it there, and at Alertmanager the same.';
  await reply.code(403).send({ error: { code: 'forbidden', message } });
}

/** Compared by digest: the time of the comparison says nothing about the token, nor its length. */
function makeTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function refuse(
  error: unknown,
  { request, reply, logger }: { request: FastifyRequest; reply: FastifyReply; logger: Logger },
): FastifyReply {
  const path = request.routeOptions.url;
  if (error instanceof ValidationError) {
    const { code, message, issues } = error;
    return reply.code(400).send({ error: { code, message, issues } });
  }
  if (error instanceof AppError && (error.code === 'busy' || /^(?:db|nats)_/.test(error.code))) {
    logger.warn({ err: error, path }, 'a question could not be answered');
    return reply
      .code(503)
      .header('retry-after', '2')
      .send({ error: { code: error.code, message: error.message } });
  }
  // Fastify's own refusals: a body that is no JSON, or too long.
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status < 500 && error instanceof Error) {
    return reply.code(status).send({ error: { code: 'invalid_input', message: error.message } });
  }
  logger.error({ err: error, path }, 'a request failed');
  return reply.code(500).send({ error: { code: 'internal', message: 'The analytics API failed at this request.' } });
}

async function listen(app: FastifyInstance, { address, port }: AnalyticsApiOptions): Promise<void> {
  try {
    await app.listen({ host: address, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' || code === 'EACCES') {
      const why = code === 'EACCES' ? 'needs rights that this user lacks' : 'is in use';
      throw new ConfigError([{ path: 'SPARK_ANALYTICS_PORT', message: `port ${port} of ${address} ${why}` }]);
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new ConfigError([
        { path: 'SPARK_ANALYTICS_HOST', message: `${address} is not an address of this machine` },
      ]);
    }
    throw error;
  }
}
