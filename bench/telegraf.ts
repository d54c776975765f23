import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironment } from '../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { makeServerPart, type ServerPart } from '../services/sandbox/stack/serverProcess.ts';
import type { Stack } from '../services/sandbox/stack/stack.ts';
import { runTool } from '../services/sandbox/stack/tool.ts';
import { streamName } from '../shared/contracts/index.ts';

/*
 * Telegraf, what a user would take today for NATS to PostgreSQL without writing a program: its own binary, built by Go
 * with the two plugins that are needed. It knows text, numbers and times only (a uuid or jsonb column is refused with
 * 22P03, and the batch is acknowledged and dropped), so it writes into a table of its own: the columns and indexes of
 * spark_events with text in place of uuid and jsonb. It has no typed tables, no ON CONFLICT (a message that comes twice
 * costs its batch) and no dead letters.
 */
export const telegrafVersion = '1.37.0';

/** The queue group, which is the durable's name as well. */
export const telegrafDurable = 'telegraf_consumers';

export const telegrafTable = {
  create: `CREATE TABLE IF NOT EXISTS bench_telegraf (
    occurred_at timestamptz NOT NULL, event_id text NOT NULL, session_id text NOT NULL, seq bigint NOT NULL,
    type text NOT NULL, user_id text, recorded_at text NOT NULL, payload text NOT NULL,
    PRIMARY KEY (occurred_at, event_id));
  CREATE INDEX IF NOT EXISTS bench_telegraf_session ON bench_telegraf (session_id, occurred_at);
  TRUNCATE bench_telegraf`,
  count: 'SELECT count(*)::int AS n FROM bench_telegraf',
  drop: 'DROP TABLE IF EXISTS bench_telegraf',
} as const;

/** Builds it once into the project's cache: about two minutes, and Go with its module proxy is needed. */
export async function findTelegraf(signal: AbortSignal, say: (message: string) => void): Promise<string> {
  const folder = join(repositoryDir, '.spark', 'cache', `telegraf-${telegrafVersion}`);
  const binary = join(folder, 'telegraf');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  say(`building Telegraf ${telegrafVersion} with go install (minutes)`);
  const plugins = 'custom,inputs.nats_consumer,outputs.postgresql,parsers.json_v2';
  await runTool({
    command: 'go',
    args: ['install', '-tags', plugins, `github.com/influxdata/telegraf/cmd/telegraf@v${telegrafVersion}`],
    cwd: folder,
    env: { ...toolEnvironment(), GOBIN: folder },
    name: 'go install',
    signal,
    timeoutMs: 900_000,
  });
  return binary;
}

export interface TelegrafSettings {
  readonly batch: number;
  readonly undelivered: number;
  readonly connections: number;
  readonly flush: string;
}

/** Its own defaults, and what a person who knows its limits would set. */
export const telegrafSettings = {
  defaults: { batch: 1_000, undelivered: 1_000, connections: 1, flush: '10s' },
  tuned: { batch: 2_000, undelivered: 20_000, connections: 2, flush: '200ms' },
} as const satisfies Record<string, TelegrafSettings>;

/** One process; started and stopped by the caller. */
export function makeTelegraf(options: {
  readonly binary: string;
  readonly dir: string;
  readonly stack: Stack;
  readonly settings: TelegrafSettings;
}): ServerPart {
  const { binary, dir, stack, settings } = options;
  const configFile = join(dir, 'telegraf.conf');
  return makeServerPart({
    name: 'telegraf',
    children: stack.children,
    logFile: join(stack.logDir, 'telegraf.log'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 10_000,
    prepare: () => {
      writeFileSync(configFile, configOf(stack, settings), { mode: 0o600 });
      return Promise.resolve({ command: binary, args: ['--config', configFile], env: toolEnvironment(), cwd: dir });
    },
    isReady: () => Promise.resolve(true),
  });
}

function configOf({ env, owner }: Stack, { batch, undelivered, connections, flush }: TelegrafSettings): string {
  const nats = new URL(String(env['NATS_URL']));
  const field = (path: string, column: string, type = 'string'): string =>
    `    [[inputs.nats_consumer.json_v2.field]]
      path = "${path}"
      rename = "${column}"
      type = "${type}"
      optional = true`;
  const database = `host=${env['SLATE_DB_HOST']} port=${env['SLATE_DB_PORT']} dbname=${env['SLATE_DB_NAME']} user=${owner.user} password=${owner.password} sslmode=disable pool_max_conns=${connections}`;
  return `[agent]
  metric_batch_size = ${batch}
  metric_buffer_limit = ${Math.max(10_000, undelivered * 2)}
  flush_interval = "${flush}"
  omit_hostname = true
  quiet = true
[[inputs.nats_consumer]]
  servers = ["nats://${nats.host}"]
  username = "${nats.username}"
  password = "${nats.password}"
  jetstream_subjects = ["spark.>"]
  jetstream_stream = "${streamName}"
  queue_group = "${telegrafDurable}"
  max_undelivered_messages = ${undelivered}
  tagexclude = ["subject"]
  data_format = "json_v2"
  [[inputs.nats_consumer.json_v2]]
    measurement_name = "bench_telegraf"
    timestamp_path = "timestamp"
    timestamp_format = "2006-01-02T15:04:05Z07:00"
${[
  field('eventId', 'event_id'),
  field('sessionId', 'session_id'),
  field('seq', 'seq', 'int'),
  field('type', 'type'),
  field('userId', 'user_id'),
  field('timestamp', 'recorded_at'),
  field('@tostr', 'payload'),
].join('\n')}
[[outputs.postgresql]]
  connection = "${database}"
  timestamp_column_name = "occurred_at"
  timestamp_column_type = "timestamp with time zone"
  add_column_templates = []
`;
}
