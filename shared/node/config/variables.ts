import { accessSync, constants, statSync } from 'node:fs';
import { z } from 'zod';

/**
 * Every environment variable that a SPARK program reads, once: its schema, its default, what it means. `.env.example`
 * is checked against this table. Programs pick the ones they need with `loadConfig`.
 */
export interface Variable<T extends z.ZodType = z.ZodType> {
  readonly schema: T;
  readonly secret?: boolean;
  readonly meaning: string;
}

const variable = <T extends z.ZodType>(
  schema: T,
  meaning: string,
  options: { secret?: boolean } = {},
): Variable<T> => ({
  schema,
  meaning,
  ...options,
});

const token = z.string().regex(/^[\x21-\x7e]{16,256}$/, 'must have 16 to 256 printable ASCII characters');
const host = z.string().min(1).max(253);
const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).pipe(z.int({ error }).min(min, { error }).max(max, { error }));
};
const port = wholeNumber(1, 65_535);
const url = (...protocols: string[]) =>
  z.url('is not a URL').refine((value) => !URL.canParse(value) || protocols.includes(new URL(value).protocol), {
    message: `must start with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
/** An address is shown in the window and in logs. */
const hasNoLogin = (value: string): boolean =>
  !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === '');
/** Comma separated, each of the same kind; the text stays as it is. */
const listOf = (each: z.ZodType<string>) =>
  z.string().superRefine((value, context) => {
    const wrong = value
      .split(',')
      .map((part) => each.safeParse(part.trim()))
      .find((result) => !result.success);
    for (const issue of wrong?.error.issues ?? []) context.addIssue({ code: 'custom', message: issue.message });
  });
/** What may stand in an HTTP header as it is. */
const headerWord = z.string().regex(/^[\w.-]{1,128}$/, 'may have letters, digits, dots, dashes and underscores only');
/** Printable ASCII: anything else is normalised differently by different clients. */
const rolePassword = z
  .string()
  .regex(/^[\x21-\x7e]{8,256}$/, 'must have 8 to 256 printable ASCII characters')
  .optional();
const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');
/** Path of a file that this program can read; its contents are read, and checked, by who uses them. */
const readableFile = z
  .string()
  .min(1)
  .refine((path) => {
    try {
      accessSync(path, constants.R_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  }, 'is not a file that can be read');

export const variables = {
  SLATE_DB_HOST: variable(host.optional(), 'PostgreSQL primary: host name or address'),
  SLATE_DB_REPLICA_HOST: variable(host.optional(), 'PostgreSQL streaming replica; reads go to the primary when unset'),
  SLATE_DB_PORT: variable(
    port.default(5432),
    'Port of the primary, and of the replica unless SPARK_DB_REPLICA_PORT is set',
  ),
  SLATE_DB_NAME: variable(z.string().min(1).default('wissil_db'), 'Database name'),
  SLATE_DB_USER: variable(z.string().min(1).default('slate_user'), 'Database role'),
  SLATE_DB_PASSWORD: variable(z.string().optional(), 'Password of the database role', { secret: true }),
  SPARK_DB_REPLICA_PORT: variable(port.optional(), 'Port of the replica when it differs from the primary'),
  SPARK_DB_SSL: variable(z.enum(['off', 'require', 'verify-full']).default('off'), 'TLS to PostgreSQL'),
  SPARK_DB_SSL_CA: variable(readableFile.optional(), "PEM file of the authority that signed PostgreSQL's certificate"),
  SPARK_DB_SSL_CERT: variable(readableFile.optional(), 'PEM file of our own certificate for PostgreSQL'),
  SPARK_DB_SSL_KEY: variable(readableFile.optional(), 'PEM file of the key of that certificate'),
  NATS_URL: variable(
    listOf(url('nats:', 'tls:')).optional(),
    'NATS servers, comma separated; user and password, or a token, may be part of the URL',
    { secret: true },
  ),
  SPARK_NATS_CREDS: variable(readableFile.optional(), 'Credentials file (JWT and seed) for NATS'),
  SPARK_NATS_CA: variable(readableFile.optional(), "PEM file of the authority that signed NATS's certificate"),
  SPARK_NATS_CERT: variable(readableFile.optional(), 'PEM file of our own certificate for NATS'),
  SPARK_NATS_KEY: variable(readableFile.optional(), 'PEM file of the key of that certificate'),
  SPARK_NATS_REPLICAS: variable(
    wholeNumber(1, 5).optional(),
    'Copies of streams and frames; 3 on a cluster and 1 on a single server when unset',
  ),
  NEXT_PUBLIC_NATS_URL: variable(
    url('ws:', 'wss:').optional(),
    'NATS WebSocket listener for browser-side subscribers; SPARK itself does not use it',
    { secret: true },
  ),
  REDIS_HOST: variable(
    host.optional(),
    "Redis, where a user's function calls are counted for all apps of that user; each app's memory when unset",
  ),
  REDIS_PORT: variable(port.default(6379), 'Port of Redis'),
  SPARK_REDIS_USER: variable(z.string().min(1).optional(), 'User of Redis (ACL); its user "default" when unset'),
  SPARK_REDIS_PASSWORD: variable(z.string().min(1).optional(), 'Password of that user', { secret: true }),
  UNITY_MCP_URL: variable(url('http:', 'https:').optional(), 'Unity MCP server, e.g. http://localhost:8080/mcp'),
  UNITY_MCP_TOKEN: variable(z.string().optional(), 'Token for a Unity MCP behind authentication', { secret: true }),
  OPENAI_REALTIME_API_KEY: variable(z.string().min(1).optional(), 'Key of the Realtime API', { secret: true }),
  ANTHROPIC_API_KEY: variable(z.string().min(1).optional(), 'Key of the code model, which writes C#', {
    secret: true,
  }),
  SPARK_CODE_MODEL_URL: variable(
    url('http:', 'https:').default('https://api.anthropic.com'),
    'Where the code model is reached: the Anthropic API, or what speaks like it',
  ),
  SPARK_CODE_MODEL: variable(z.string().min(1).max(128).default('claude-sonnet-5-5'), 'Code model'),
  SPARK_SONNET_MODE: variable(
    z.enum(['off', 'hybrid', 'on']).default('hybrid'),
    'Who writes C#: the Realtime model (off), the code model where the call has no contents (hybrid), or always it (on)',
  ),
  NODE_ENV: variable(z.enum(['production', 'development', 'test']).default('production'), 'Runtime mode'),
  SLATE_ANALYTICS_URL: variable(
    url('http:', 'https:')
      .refine(hasNoLogin, 'must have no login in it: the token is SLATE_ANALYTICS_TOKEN')
      .optional(),
    'Analytics API; Insights reads the replica when unset',
  ),
  SLATE_ANALYTICS_TOKEN: variable(token.optional(), 'Token of the analytics API: it asks for it, the app sends it', {
    secret: true,
  }),
  SPARK_ALERTMANAGER_TOKEN: variable(
    token.optional(),
    "Token of the analytics API's receiver of alerts, for Alertmanager alone; the receiver refuses all when unset",
    { secret: true },
  ),
  SPARK_ANALYTICS_HOST: variable(host.default('127.0.0.1'), 'Address the analytics API listens on'),
  SPARK_ANALYTICS_PORT: variable(wholeNumber(0, 65_535).default(8766), 'Port of the analytics API; 0 takes a free one'),
  SPARK_REALTIME_URL: variable(url('ws:', 'wss:').default('wss://api.openai.com/v1/realtime'), 'Realtime endpoint'),
  SPARK_REALTIME_MODEL: variable(z.string().min(1).default('gpt-realtime-2.1-mini'), 'Realtime model'),
  SPARK_REALTIME_ORGANIZATION: variable(
    headerWord.optional(),
    'Organisation that the Realtime account is billed under',
  ),
  SPARK_REALTIME_PROJECT: variable(headerWord.optional(), 'Project of that organisation'),
  HTTPS_PROXY: variable(
    z.string().min(1).optional(),
    'Proxy through which the models are reached; user and password may be part of the URL',
    { secret: true },
  ),
  NO_PROXY: variable(z.string().min(1).optional(), 'Hosts that are reached without the proxy, comma separated'),
  SPARK_CA_FILE: variable(
    readableFile.optional(),
    'PEM file of authorities that are trusted as well, for the models and an https: Unity MCP server',
  ),
  SPARK_UPDATE_URL: variable(
    url('https:', 'http:')
      .refine(
        (value) => !value.startsWith('http:') || /^(127\.|localhost$|\[::1\]$)/.test(new URL(value).hostname),
        'must start with https://, except on this machine',
      )
      .optional(),
    'Folder on a server of yours where the desktop app looks for newer versions; it never looks when unset',
  ),
  SPARK_SIMULATED: variable(
    z
      .string()
      .default('')
      .transform((value) =>
        value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      )
      .pipe(z.array(z.enum(['unity', 'model']))),
    'Which stand-ins are in use (unity, model), comma separated; set by the sandbox, shown in the window',
  ),
  SPARK_DATA_DIR: variable(
    z.string().min(1).optional(),
    "Folder of the journal; the system's user data folder when unset",
  ),
  SPARK_WEB_HOST: variable(host.default('127.0.0.1'), 'Address the web host listens on'),
  SPARK_WEB_PORT: variable(wholeNumber(0, 65_535).default(8765), 'Port of the web host; 0 takes a free one'),
  SPARK_WEB_TOKEN: variable(z.string().min(16).optional(), 'Token of the web host; a random one when unset', {
    secret: true,
  }),
  SPARK_LOG_LEVEL: variable(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'Log level',
  ),
  SPARK_USER_ID: variable(
    z.string().min(1).max(256).optional(),
    'Who uses the app: written to events, and whose calls are counted',
  ),
  SPARK_WINDOW: variable(
    z.enum(['auto', 'desktop', 'web']).default('auto'),
    'Which window npm start opens: desktop, web, or desktop where it can be had',
  ),
  SPARK_MAINTENANCE_DB_USER: variable(
    z.string().min(1).optional(),
    'Role that may run the maintenance functions, for the demo against configured servers',
  ),
  SPARK_MAINTENANCE_DB_PASSWORD: variable(z.string().optional(), 'Password of that role', { secret: true }),
  SPARK_ADMIN_DB_USER: variable(
    z.string().min(1).optional(),
    "Admin of PostgreSQL, for the consumer's setup where roles or schema are missing; written to no file",
  ),
  SPARK_ADMIN_DB_PASSWORD: variable(z.string().optional(), 'Password of that admin', { secret: true }),
  SPARK_OWNER_DB_PASSWORD: variable(
    rolePassword,
    'Password that spark-db roles gives to spark_owner, which owns the tables',
    { secret: true },
  ),
  SPARK_CONSUMER_DB_PASSWORD: variable(rolePassword, 'Password that spark-db roles gives to spark_consumer', {
    secret: true,
  }),
  SPARK_APP_DB_PASSWORD: variable(rolePassword, 'Password that spark-db roles gives to slate_user', { secret: true }),
  SPARK_READONLY_DB_PASSWORD: variable(rolePassword, 'Password that spark-db roles gives to spark_readonly', {
    secret: true,
  }),
  SPARK_REPLICATION_DB_PASSWORD: variable(rolePassword, 'Password that spark-db roles gives to spark_replication', {
    secret: true,
  }),
  SPARK_ROLLUP_DB_PASSWORD: variable(rolePassword, 'Password that spark-db roles gives to spark_rollup', {
    secret: true,
  }),
  SPARK_NATS_SERVER: variable(z.string().min(1).optional(), 'Path of a nats-server binary for the sandbox'),
  // In batches of 1,000 PostgreSQL spent 16 to 17 µs of CPU on an event, in 2,000 15, in 4,000 14 and more memory.
  SPARK_CONSUMER_BATCH: variable(wholeNumber(1, 10_000).default(2_000), 'Largest batch of the consumer, in events'),
  SPARK_CONSUMER_ACK_WAIT_S: variable(
    wholeNumber(1, 600).default(30),
    'Seconds after which what a dead consumer held is delivered to another one; what a living one holds is extended',
  ),
  SPARK_RETENTION_DAYS: variable(wholeNumber(1, 3_650).default(400), 'Events older than this are dead letters'),
  SPARK_ALERT_RULES: variable(
    z.string().min(1).optional(),
    'File of alert rules (YAML); those that come with SPARK when unset',
  ),
  SPARK_STRICT_STARTUP: variable(
    flag.default(false),
    'Consumer: exit instead of waiting when a server is away at start',
  ),
  SPARK_METRICS_HOST: variable(host.default('127.0.0.1'), 'Address at which the consumer serves metrics and health'),
  SPARK_METRICS_PORT: variable(
    wholeNumber(0, 65_535).default(9464),
    'Port of /metrics, /healthz and /readyz of the consumer; 0 takes a free one',
  ),
  SPARK_ENV_FILE: variable(
    z.string().min(1).optional(),
    'Files of variables, separated by colons, later ones win; .env of the working folder when unset',
  ),
  JOURNAL_STREAM: variable(z.string().min(1).optional(), 'Set by systemd: the journal that standard error leads to'),
  NOTIFY_SOCKET: variable(z.string().min(1).optional(), 'Set by systemd: where a service says that it is ready'),
  WATCHDOG_USEC: variable(
    wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    'Set by systemd: how often, in microseconds, a service must show that it is alive',
  ),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;
export type VariableValue<N extends VariableName> = z.output<(typeof variables)[N]['schema']>;
