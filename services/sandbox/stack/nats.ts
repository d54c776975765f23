import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Children } from './children.ts';
import { findNatsServer } from './natsServer.ts';
import { firstWords, portOr } from './ports.ts';
import { natsUsers } from './roles.ts';
import { makeServerPart, type ServerPart } from './serverProcess.ts';

export interface NatsSecrets {
  readonly programs: string;
  readonly browser: string;
}

export interface NatsServer {
  readonly part: ServerPart;
  readonly ports: { readonly client: number; readonly websocket: number };
}

export interface NatsOptions {
  readonly slotDir: string;
  readonly logDir: string;
  readonly cacheDir: string;
  readonly configured: string | undefined;
  readonly secrets: NatsSecrets;
  readonly children: Children;
  readonly env: Readonly<Record<string, string>>;
  readonly wanted: { readonly client?: number | undefined; readonly websocket?: number | undefined };
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** Finds or downloads a nats-server and starts it with JetStream on disk. Throws `stack_failed`. */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const command = await findNatsServer(options);
  const folder = join(options.slotDir, 'nats');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ports = { client: await portOr(options.wanted.client), websocket: await portOr(options.wanted.websocket) };
  const configFile = join(folder, 'nats.conf');
  writeFileSync(configFile, natsConf({ ...ports, storeDir: join(folder, 'jetstream'), secrets: options.secrets }), {
    mode: 0o600,
  });
  const part = makeServerPart({
    name: 'nats-server',
    children: options.children,
    logFile: join(options.logDir, 'nats-server.log'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 30_000,
    prepare: () => Promise.resolve({ command, args: ['--config', configFile], env: options.env, cwd: folder }),
    isReady: async () => {
      const info = await firstWords(ports.client);
      return info?.startsWith('INFO ') === true && info.includes('"jetstream":true');
    },
  });
  options.onProgress('starting NATS');
  await part.start(options.signal);
  return { part, ports };
}

/** Passwords stand in this file (mode 0600) and not on the command line, which everybody on the machine can read. */
export function natsConf(options: {
  readonly client: number;
  readonly websocket: number;
  readonly storeDir: string;
  readonly secrets: NatsSecrets;
}): string {
  return `server_name: spark_sandbox
listen: "127.0.0.1:${options.client}"
max_payload: 1MB
jetstream {
  store_dir: ${JSON.stringify(options.storeDir)}
  max_memory_store: 256MB
  max_file_store: 16GB
}
websocket {
  listen: "127.0.0.1:${options.websocket}"
  no_tls: true
}
authorization {
  users: [
    { user: ${natsUsers.programs}, password: "${options.secrets.programs}" }
    {
      user: ${natsUsers.browser}, password: "${options.secrets.browser}"
      permissions: { publish: { deny: ">" }, subscribe: { allow: ["spark.>"] } }
    }
  ]
}
`;
}
