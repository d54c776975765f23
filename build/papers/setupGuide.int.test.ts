import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { findNatsServer } from '../../services/sandbox/stack/natsServer.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { findPostgres } from '../../services/sandbox/stack/testing/postgresPair.ts';
import { findRedis } from '../../services/sandbox/stack/testing/redisProgram.ts';
import { loadConfig, readEnvironment } from '../../shared/node/config/index.ts';
import { makeMachines, type Machines } from './machines.ts';
import { readBlocks, type Block } from './readBlocks.ts';

/*
 * The deployment guide from its first block to its last, in their order, on this machine: two PostgreSQL clusters as
 * Debian's package leaves them, a nats-server, a Redis, a consumer, a restore. Then the page on PostgreSQL, on what stands.
 */
const paper = 'docs/SLATE_INFRASTRUCTURE_SETUP.md';
const blocksOf = (file: string): Block[] =>
  readBlocks(readFileSync(join(repositoryDir, file), 'utf8')).filter((block) => 'on' in block.attributes);
const native = findPostgres(15);
const missing = reasonNotTo();
let root = '';
let machines: Machines;
let redisMissing: string | undefined;

function reasonNotTo(): string | undefined {
  if (process.getuid?.() !== 0) return `${paper} is for root, and this is another user`;
  if (native === undefined) return `${paper} is for PostgreSQL 15, which is not here (Debian package postgresql)`;
  for (const tool of ['pg_basebackup', 'psql', 'pg_restore'])
    if (!works(join(native, 'bin', tool))) return `${paper} needs ${tool} of PostgreSQL 15`;
  for (const tool of ['openssl', 'curl', 'setpriv']) if (!works(tool)) return `${paper} needs ${tool}`;
  try {
    execFileSync('id', ['postgres'], { stdio: 'ignore' });
  } catch {
    return `${paper} needs the user postgres`;
  }
  return undefined;
}

function works(tool: string): boolean {
  try {
    execFileSync(tool, [tool === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  if (missing !== undefined || native === undefined) return;
  root = await mkdtemp(join(tmpdir(), 'spark-guide-'));
  await chmod(root, 0o755);
  const natsServer = await findNatsServer({
    configured: loadConfig(readEnvironment(), ['SPARK_NATS_SERVER']).SPARK_NATS_SERVER,
    cacheDir: join(repositoryDir, '.spark', 'cache'),
    env: toolEnvironment(),
    signal: AbortSignal.timeout(120_000),
    onProgress: () => undefined,
  });
  const found = await findRedis();
  const redis = 'missing' in found ? undefined : found;
  redisMissing = 'missing' in found ? found.missing : undefined;
  machines = makeMachines({ root, programs: { postgres: join(native, 'bin'), natsServer, redis } });
  for (const machine of ['27', '28']) await installPostgres(machines.folderOf(machine), join(native, 'bin'));
});
afterAll(async () => {
  if (missing !== undefined) return;
  await machines.stop();
  await rm(root, { recursive: true, force: true });
});

/** What Debian's package makes: a cluster, its settings apart from it, a socket, and nothing else. */
async function installPostgres(folder: string, bin: string): Promise<void> {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
  if (uid === undefined || gid === undefined) throw new Error('no user postgres');
  const data = join(folder, 'var/lib/postgresql/15/main');
  const etc = join(folder, 'etc/postgresql/15/main');
  for (const path of [data, join(etc, 'conf.d'), join(folder, 'run'), join(folder, 'var/backups')])
    await mkdir(path, { recursive: true });
  for (const path of [data, join(data, '..'), join(data, '../..'), join(folder, 'run')]) await chown(path, uid, gid);
  const how = { uid, gid, cwd: folder, env: { ...toolEnvironment(), HOME: folder }, stdio: 'ignore' as const };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=peer', '--encoding=UTF8', '--no-sync'], how);
  const settings = `data_directory = '${data}'\nunix_socket_directories = '${folder}/run'\ninclude_dir = 'conf.d'\n`;
  await writeFile(join(etc, 'postgresql.conf'), settings);
  await writeFile(join(etc, 'pg_hba.conf'), 'local all postgres peer\n');
}

/** What a person copies from 27: the authority's certificate, and what it signed for 28. */
async function handOver(machine: string): Promise<void> {
  const made = join(machines.folderOf('27'), 'etc/spark-tls');
  if (machine === '27' || !existsSync(made)) return;
  const to = join(machines.folderOf(machine), machine === '28' ? 'etc/spark-tls' : 'etc/spark');
  await mkdir(to, { recursive: true });
  for (const name of machine === '28' ? ['ca.pem', 'postgresql-28.pem', 'postgresql-28.key'] : ['ca.pem'])
    await cp(join(made, name), join(to, name));
}

/** Runs the blocks in their order, and resolves with those that ran; what needs a program that is not here is left out. */
async function walk(file: string): Promise<Block[]> {
  const ran: Block[] = [];
  for (const block of blocksOf(file)) {
    if (block.attributes['needs'] === 'redis' && redisMissing !== undefined) continue;
    await handOver(block.attributes['on'] ?? '');
    const { code, said } = await machines.run(block);
    expect(code, `${file}:${block.line}\n${block.text}\n${said}`).toBe(0);
    const { says } = block.attributes;
    if (says !== undefined) expect(said, `${file}:${block.line}`).toContain(says);
    ran.push(block);
  }
  return ran;
}

function skip(context: TestContext, reason: string): never {
  Object.assign(context.task.meta, { skipReason: reason });
  return context.skip(reason);
}

let walked: Block[] = [];

test('every command of the deployment guide works, one after the other', { timeout: 600_000 }, async (context) => {
  if (missing !== undefined) return skip(context, missing);
  walked = await walk(paper);
  expect(walked.length).toBeGreaterThan(25);
});

test('its commands for Redis were among them', (context) => {
  const reason = missing ?? redisMissing;
  if (reason !== undefined) return skip(context, reason);
  expect(walked.filter(({ attributes }) => attributes['needs'] === 'redis')).toHaveLength(3);
});

test('every command of the page on PostgreSQL works on those servers', { timeout: 120_000 }, async (context) => {
  if (missing !== undefined) return skip(context, missing);
  expect(await walk('docs/guides/database.md')).toHaveLength(4);
});
