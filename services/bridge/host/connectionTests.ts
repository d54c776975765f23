import { databaseVariables, makeDatabase } from '../../../database/index.ts';
import { streamName, type ConnectionTest, type connectionTargets } from '../../../shared/contracts/index.ts';
import { toAppError } from '../../../shared/errors/index.ts';
import { ConfigError, loadConfig, type Environment } from '../../../shared/node/config/index.ts';
import { redactUrl, type Logger } from '../../../shared/node/logging/index.ts';
import { connectNats, findStream, natsFilesOf, natsFileVariables } from '../../../shared/node/messaging/index.ts';
import { makeAnalyticsClient } from '../analytics/index.ts';
import { testRealtimeService } from '../realtime/index.ts';
import { testUnityServer } from '../unity/index.ts';

export type ConnectionTarget = (typeof connectionTargets)[number];

/** Where MCP for Unity listens unless somebody changed it: looked at when nothing else is set. */
export const usualUnityUrl = 'http://localhost:8080/mcp';
const limitMs = 8_000;

type Tester = (env: Environment, logger: Logger, signal: AbortSignal) => Promise<ConnectionTest>;

/**
 * Connects once with the given variables, asks the least that shows it works, and leaves. Never rejects: what is wrong is
 * the answer. `signal` ends with the program.
 */
export async function testConnection(
  target: ConnectionTarget,
  env: Environment,
  options: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<ConnectionTest> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(limitMs)]);
  try {
    return await testers[target](env, options.logger.child({ part: 'setup' }), signal);
  } catch (error) {
    const detail =
      error instanceof ConfigError
        ? error.issues.map(({ path, message }) => `${path} ${message}`).join('; ')
        : toAppError(error).message;
    return { status: 'failed', detail, address: null, latencyMs: null };
  }
}

const notSet = (detail: string): ConnectionTest => ({ status: 'not_set', detail, address: null, latencyMs: null });
const rounded = (ms: number): number => Math.round(ms * 10) / 10;

const testers: Readonly<Record<ConnectionTarget, Tester>> = {
  async model(env, logger, signal) {
    const config = loadConfig(env, [
      'OPENAI_REALTIME_API_KEY',
      'SPARK_REALTIME_URL',
      'SPARK_REALTIME_MODEL',
      'SPARK_REALTIME_ORGANIZATION',
      'SPARK_REALTIME_PROJECT',
      'HTTPS_PROXY',
      'NO_PROXY',
    ]);
    const apiKey = config.OPENAI_REALTIME_API_KEY;
    if (apiKey === undefined) return notSet('No key yet: without one SPARK keeps and shows, but cannot answer.');
    const url = config.SPARK_REALTIME_URL;
    const found = await testRealtimeService({
      url,
      model: config.SPARK_REALTIME_MODEL,
      apiKey,
      organisation: config.SPARK_REALTIME_ORGANIZATION,
      project: config.SPARK_REALTIME_PROJECT,
      proxy: { httpsProxy: config.HTTPS_PROXY, noProxy: config.NO_PROXY },
      logger,
      signal,
    });
    const address = redactUrl(url);
    return found.kind === 'answers'
      ? { status: 'ok', detail: `${found.model} takes the key.`, address, latencyMs: rounded(found.latencyMs) }
      : { status: 'failed', detail: found.why.replace(/; your message is kept/g, ''), address, latencyMs: null };
  },
  async unity(env, logger, signal) {
    const config = loadConfig(env, ['UNITY_MCP_URL', 'UNITY_MCP_TOKEN']);
    const url = config.UNITY_MCP_URL ?? usualUnityUrl;
    const found = await testUnityServer({ url, token: config.UNITY_MCP_TOKEN, logger, signal });
    const address = redactUrl(url);
    if (found.kind === 'away') {
      const detail = found.keyRefused
        ? 'The Unity MCP server refuses the token. Check UNITY_MCP_TOKEN.'
        : `No Unity MCP server answers at ${address}. In Unity open Window › MCP for Unity and start the server, or enter its address here.`;
      return { status: 'failed', detail, address, latencyMs: null };
    }
    const names = found.editors.map(({ name, unityVersion }) =>
      unityVersion == null ? name : `${name} (Unity ${unityVersion})`,
    );
    const version = found.serverVersion === null ? '' : ` ${found.serverVersion}`;
    return names.length === 0
      ? {
          status: 'failed',
          detail: `The server${version} answers, but no Unity Editor is connected to it. Open the project in Unity and start the session in its MCP window.`,
          address,
          latencyMs: rounded(found.latencyMs),
        }
      : {
          status: 'ok',
          detail: `MCP for Unity${version}: ${names.join(', ')}.`,
          address,
          latencyMs: rounded(found.latencyMs),
        };
  },
  async nats(env, logger, signal) {
    const config = loadConfig(env, ['NATS_URL', ...natsFileVariables]);
    const url = config.NATS_URL;
    if (url === undefined) return notSet('No server is set: events stay in the journal on this machine.');
    const address = redactUrl(url);
    const link = connectNats({ url, files: natsFilesOf(config), name: 'spark-bridge', logger, signal });
    const started = performance.now();
    try {
      // The link's status says why better than the time limit does.
      await link.ready(signal).catch(() => undefined);
      const status = link.status();
      if (status.kind !== 'connected') {
        const why = status.kind === 'connecting' ? status.detail : 'the connection was closed';
        return { status: 'failed', detail: `Not connected: ${why}.`, address, latencyMs: null };
      }
      const latencyMs = rounded(performance.now() - started);
      if ((await findStream(link, streamName)) !== null) {
        return { status: 'ok', detail: `Connected; the stream ${streamName} is there.`, address, latencyMs };
      }
      const detail = `Connected, but there is no stream ${streamName}. Start the consumer once with its setup: npm run consumer -- setup.`;
      return { status: 'failed', detail, address, latencyMs };
    } finally {
      await link.close();
    }
  },
  primary: (env, logger) => testDatabase('primary', env, logger),
  replica: (env, logger) => testDatabase('replica', env, logger),
  async analytics(env, _logger, signal) {
    const { SLATE_ANALYTICS_URL: url, SLATE_ANALYTICS_TOKEN: token } = loadConfig(env, [
      'SLATE_ANALYTICS_URL',
      'SLATE_ANALYTICS_TOKEN',
    ]);
    if (url === undefined) return notSet('No API is set: Insights read the database.');
    const address = redactUrl(url);
    try {
      const { latencyMs } = await makeAnalyticsClient({ url, token }).check(signal);
      return { status: 'ok', detail: 'It answers and takes the token.', address, latencyMs: rounded(latencyMs) };
    } catch (error) {
      return { status: 'failed', detail: toAppError(error).message, address, latencyMs: null };
    }
  },
};

async function testDatabase(which: 'primary' | 'replica', env: Environment, logger: Logger): Promise<ConnectionTest> {
  const config = loadConfig(env, databaseVariables);
  const { SLATE_DB_HOST: host, SLATE_DB_REPLICA_HOST: replicaHost } = config;
  if (host === undefined) return notSet('No server is set: everything is kept in the journal on this machine.');
  if (which === 'replica' && replicaHost === undefined) return notSet('No replica is set: reads go to the primary.');
  const port = which === 'primary' ? config.SLATE_DB_PORT : (config.SPARK_DB_REPLICA_PORT ?? config.SLATE_DB_PORT);
  const address = `${which === 'primary' ? host : (replicaHost ?? host)}:${port}/${config.SLATE_DB_NAME}`;
  const database = makeDatabase({ config, logger, applicationName: 'spark-setup', maxConnections: 1 });
  try {
    const health = await database.health();
    const { ok, detail, latencyMs } = health[which];
    if (!ok) return { status: 'failed', detail, address, latencyMs };
    const lag = health.replica.lagMs;
    const said =
      which === 'primary'
        ? 'Connected.'
        : `Connected${lag === null ? '' : `, ${Math.round(lag)} ms behind the primary`}.`;
    return { status: 'ok', detail: said, address, latencyMs };
  } finally {
    await database.close();
  }
}
