import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { findNatsServer } from '../../services/sandbox/stack/natsServer.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { findPostgres } from '../../services/sandbox/stack/testing/postgresPair.ts';
import { loadConfig, readEnvironment } from '../../shared/node/config/index.ts';
import { makeMachines, type Machines } from './machines.ts';
import { readBlocks } from './readBlocks.ts';

/*
 * The deployment guide from its first block to its last, in their order, on this machine: two PostgreSQL clusters as
 * Debian's package leaves them, a nats-server, a consumer, a restore.
 */
const paper = 'docs/SLATE_INFRASTRUCTURE_SETUP.md';
const blocks = readBlocks(readFileSync(join(repositoryDir, paper), 'utf8')).filter((block) => 'on' in block.attributes);
const native = findPostgres(15);
const missing = reasonNotTo();
let root = '';
let machines: Machines;

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
  machines = makeMachines({ root, programs: { postgres: join(native, 'bin'), natsServer } });
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

/** What a person copies from 27: the authority's certificate. */
async function handOver(machine: string): Promise<void> {
  const made = join(machines.folderOf('27'), 'etc/nats/ca.pem');
  if (machine === '27' || machine === '28' || !existsSync(made)) return;
  await mkdir(join(machines.folderOf(machine), 'etc/spark'), { recursive: true });
  await cp(made, join(machines.folderOf(machine), 'etc/spark/ca.pem'));
}

test('every command of the deployment guide works, one after the other', { timeout: 600_000 }, async (context) => {
  if (missing !== undefined) {
    Object.assign(context.task.meta, { skipReason: missing });
    return context.skip(missing);
  }
  expect(blocks.length).toBeGreaterThan(20);
  for (const block of blocks) {
    await handOver(block.attributes['on'] ?? '');
    const { code, said } = await machines.run(block);
    expect(code, `${paper}:${block.line}\n${block.text}\n${said}`).toBe(0);
    const { says } = block.attributes;
    if (says !== undefined) expect(said, `${paper}:${block.line}`).toContain(says);
  }
});
