import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { generate } from 'selfsigned';
import { watchChildren } from '../children.ts';
import { toolEnvironment } from '../environment.ts';
import { repositoryDir } from '../paths.ts';
import { freePort } from '../ports.ts';
import { preparePostgresHome, temporaryFolderOf } from '../postgresBinaries.ts';
import { takesConnections } from '../postgres.ts';
import { ensurePrimary, postgresLaunch, primaryDir, writeOwned } from '../postgresCluster.ts';
import { commonSettings, postgresConf } from '../postgresSettings.ts';
import { databaseName, roles } from '../roles.ts';
import { makeServerPart } from '../serverProcess.ts';

/** A PostgreSQL that takes TLS connections only; its certificate is for the name `localhost`, not for its address. */
export interface TlsPostgres {
  /** Variables of the app's role, without those of TLS. */
  readonly env: Readonly<Record<string, string>>;
  /** A role that is let in by certificate alone. */
  readonly certificateRole: string;
  /** Paths of PEM files. */
  readonly files: {
    readonly ca: string;
    /** An authority that signed nothing here. */
    readonly otherCa: string;
    /** The client's own, in the name of `certificateRole`. */
    readonly cert: string;
    readonly key: string;
  };
  readonly stop: () => Promise<void>;
}

export async function startTlsPostgres(): Promise<TlsPostgres> {
  const parent = join(repositoryDir, '.spark', 'test');
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  const dir = mkdtempSync(join(parent, `tls-${process.pid}-`));
  const children = watchChildren(join(dir, 'processes'));
  const home = preparePostgresHome({ slotDir: dir, onNotice: () => undefined });
  const context = {
    home,
    children,
    signal: AbortSignal.timeout(120_000),
    env: toolEnvironment(),
    onProgress: () => undefined,
  };
  const { secrets } = await ensurePrimary(context);
  const folder = primaryDir(home);
  const pem = await makeCertificates();
  for (const [name, text] of Object.entries({
    'server.crt': pem.server,
    'server.key': pem.serverKey,
    'ca.crt': pem.ca,
  }))
    writeOwned(join(folder, name), text, home);
  writeOwned(
    join(folder, 'pg_hba.conf'),
    `hostssl all ${roles.readonly} 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 scram-sha-256\n`,
    home,
  );
  const files = {
    ca: join(dir, 'ca.pem'),
    otherCa: join(dir, 'otherCa.pem'),
    cert: join(dir, 'client.pem'),
    key: join(dir, 'clientKey.pem'),
  };
  writeFileSync(files.ca, pem.ca);
  writeFileSync(files.otherCa, pem.otherCa);
  writeFileSync(files.cert, pem.client);
  writeFileSync(files.key, pem.clientKey, { mode: 0o600 });

  const port = await freePort();
  const logFile = join(dir, 'postgres.log');
  const server = makeServerPart({
    name: 'postgres-tls',
    children,
    logFile,
    stopSignal: 'SIGINT',
    startTimeoutMs: 60_000,
    prepare() {
      const tls = { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key', ssl_ca_file: 'ca.crt' };
      writeOwned(join(folder, 'postgresql.conf'), postgresConf({ ...commonSettings(port), ...tls }), home);
      return Promise.resolve(postgresLaunch(context, ['-D', folder]));
    },
    // An open port is not enough: it answers 57P03 while it starts.
    isReady: (pid) => Promise.resolve(takesConnections(folder, pid)),
  });
  await server.start(context.signal);
  return {
    env: {
      SLATE_DB_HOST: 'localhost',
      SLATE_DB_PORT: String(port),
      SLATE_DB_NAME: databaseName,
      SLATE_DB_USER: roles.app,
      SLATE_DB_PASSWORD: secrets.app,
    },
    certificateRole: roles.readonly,
    files,
    async stop() {
      await server.stop();
      children.close();
      rmSync(temporaryFolderOf(dir), { recursive: true, force: true });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function makeCertificates() {
  const base = { keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = (name: string) =>
    generate([{ name: 'commonName', value: name }], {
      ...base,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
  const [ca, other] = await Promise.all([authority('test authority'), authority('another authority')]);
  const signed = (commonName: string) =>
    generate([{ name: 'commonName', value: commonName }], {
      ...base,
      ca: { key: ca.private, cert: ca.cert },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'subjectAltName', altNames: [{ type: 2, value: commonName }] },
      ],
    });
  const [server, client] = await Promise.all([signed('localhost'), signed(roles.readonly)]);
  return {
    ca: ca.cert,
    otherCa: other.cert,
    server: server.cert,
    serverKey: server.private,
    client: client.cert,
    clientKey: client.private,
  };
}
