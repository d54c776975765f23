import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import process from 'node:process';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { makeEmptyDatabase, type FreshDatabase } from '../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../database/testing/stackCluster.ts';
import { telemetry } from '../../services/consumer/testing/events.ts';
import { makeRig, type Rig } from '../../services/consumer/testing/rig.ts';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { makeJetStreamPublisher, readDurable } from '../../shared/node/messaging/index.ts';
import { hashOf } from './archives.ts';
import { makePackages } from './makePackages.ts';
import { makeInstalled, type Installed, type RunningService } from './testing/installed.ts';

/*
 * The package as IT meets it: installed with dpkg on this machine, its program run as the unit's user with the unit's
 * environment, against real servers. Everything that is installed is purged at the end.
 */
const stack = inject('stack');
const user = 'spark-consumer';
const configuration = '/etc/spark/consumer.env';
const versions = { older: '0.1.0', newer: '0.2.0' };
const why = reasonNotTo();
let rig: Rig;
let empty: FreshDatabase;
let folder = '';
let installed: Installed;
const debs: Partial<Record<string, string>> = {};

/** Why nothing is installed on this machine; undefined when it may be. */
function reasonNotTo(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root installs packages';
  if (spawnSync('dpkg', ['--version']).error !== undefined) return 'dpkg is not here';
  if (spawnSync('dpkg', ['--status', 'spark-nats-consumer']).status === 0 || existsSync('/etc/spark'))
    return 'the consumer is installed on this machine already, which stays untouched';
  return undefined;
}

beforeAll(async () => {
  if (why !== undefined) return;
  rig = await makeRig();
  empty = await makeEmptyDatabase(clusterOf(stack, stack.consumer));
  // Programs of another user write into it.
  folder = await mkdtemp(join(tmpdir(), 'spark-install-'));
  await chmod(folder, 0o755);
  for (const version of Object.values(versions)) [debs[version]] = await build(version, 'dist');
  installed = makeInstalled(folder);
});
afterAll(async () => {
  if (why !== undefined) return;
  await installed.stopAll();
  spawnSync('dpkg', ['--purge', 'spark-nats-consumer']);
  await empty.drop();
  await rig.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach((context) => {
  if (why === undefined) return;
  Object.assign(context.task.meta, { skipReason: why });
  context.skip(why);
});

const build = (version: string, to: string) =>
  makePackages({
    version,
    outDir: join(folder, to),
    compression: 'fast',
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });

test('a second build, elsewhere, has the same bytes', async () => {
  const files = await build(versions.older, 'again');
  expect(files).toHaveLength(4);
  for (const file of files)
    expect(await hashOf(file, 'sha256')).toBe(await hashOf(file.replace('/again/', '/dist/'), 'sha256'));
});

const patience = { timeout: 60_000 };
const variables = () => ({
  NATS_URL: rig.natsUrl,
  SLATE_DB_HOST: String(empty.config.SLATE_DB_HOST),
  SLATE_DB_PORT: String(empty.config.SLATE_DB_PORT),
  SLATE_DB_NAME: empty.config.SLATE_DB_NAME,
  SLATE_DB_PASSWORD: stack.consumer.password,
  SPARK_ADMIN_DB_USER: stack.superuser.user,
  SPARK_ADMIN_DB_PASSWORD: stack.superuser.password,
});
const publish = (sessionId: string, seq: number) => makeJetStreamPublisher(rig.link).publish(telemetry(sessionId, seq));
const countRows = async (sessionId: string): Promise<number> => {
  const [row] = await empty.query('SELECT count(*)::int AS n FROM spark_events WHERE session_id = $1', [sessionId]);
  return Number(row?.['n']);
};
/** Unpacks the archive of a version; returns its folder. */
function unpack(version: string): string {
  const archive = (debs[version] ?? '').replace(/\.deb$/, '.tar.gz');
  expect(installed.run('tar', ['-xzf', archive, '-C', folder]).code).toBe(0);
  return join(folder, basename(archive, '.tar.gz'));
}
const dpkg = (...args: readonly string[]) => installed.run('dpkg', args);

test('installed, it has its user and an empty configuration, runs nothing, and knows its version', async () => {
  const { code, said } = dpkg('--install', debs[versions.older] ?? '');
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('spark-nats-consumer setup') });
  const { mode, uid, gid } = await stat(configuration);
  expect(mode & 0o777).toBe(0o640);
  expect({ uid, gid }).toEqual({ uid: 0, gid: installed.account(user).gid });
  expect(parseEnv(await readFile(configuration, 'utf8'))).toEqual({});
  expect(installed.run('spark-nats-consumer', ['version']).said).toContain(versions.older);
  expect(installed.run('spark-db', ['--help']).said).toContain('Usage: spark-db');
  const unset = installed.run('spark-nats-consumer', ['check']);
  expect(unset).toMatchObject({ code: 1, said: expect.stringMatching(/failed +NATS_URL/) });
  // A package has no sources beside it that could explain a variable.
  expect(unset.said).toContain(`${configuration} tells what each variable means`);
  const migrate = installed.run('spark-db', ['status']);
  expect(migrate).toMatchObject({ code: 78, said: expect.stringContaining(`${configuration} lists every variable`) });
  // Whoever may not read it is told so, and no stack.
  const nobody = installed.run('spark-nats-consumer', ['check'], { as: 'nobody' });
  expect(nobody.code).toBe(78);
  expect(nobody.said).toContain(`${configuration} cannot be read by nobody (EACCES)`);
});

test('the units of the installed package are what systemd takes', () => {
  for (const unit of ['spark-nats-consumer.service', 'spark-nats-consumer@2.service', 'spark-maintenance.timer']) {
    const { said } = installed.run('systemd-analyze', ['verify', '--no-pager', unit]);
    const about = said.split('\n').filter((line) => line.includes('spark-'));
    expect(about.filter((line) => !/Unknown key.* '(RestartSteps|RestartMaxDelaySec)'/.test(line))).toEqual([]);
  }
});

test('setup from variables makes all there is to make, and sees the first event become a row', async () => {
  const setup = installed.start('spark-nats-consumer', ['setup', '--yes', '--wait', '60'], {
    env: { ...variables(), SPARK_METRICS_PORT: String(await installed.freePort()) },
  });
  await expect.poll(setup.output, patience).toContain('waiting for the service');
  const service = await installed.startService([configuration]);
  await publish(randomUUID(), 1);
  expect(await setup.ended).toBe(0);
  expect(setup.output()).toContain('An event is a row in PostgreSQL: telemetry. All is well.');
  const file = await readFile(configuration, 'utf8');
  expect(parseEnv(file)).toMatchObject({ SLATE_DB_USER: 'spark_consumer', NATS_URL: rig.natsUrl });
  expect(file).not.toContain(stack.superuser.password);
  expect((await stat(configuration)).mode & 0o777).toBe(0o640);
  const check = installed.run('spark-nats-consumer', ['check', '--json'], { as: user });
  expect(JSON.parse(check.said)).toMatchObject({ ok: true, failed: 0, version: versions.older });
  await service.stop();
  expect(await service.ended).toBe(143);
});

test('systemd hears that it is ready, alive and stopping, over a socket of its own kind', async (context) => {
  const socket = await installed.notifySocket();
  if (socket === undefined) {
    const skipReason = 'python3 and systemd-notify are needed for a datagram socket';
    Object.assign(context.task.meta, { skipReason });
    context.skip(skipReason);
    return;
  }
  const service = await installed.startService([configuration], {
    NOTIFY_SOCKET: socket.path,
    WATCHDOG_USEC: '1000000',
  });
  await expect.poll(socket.heard, patience).toMatch(/READY=1[^]*WATCHDOG=1[^]*WATCHDOG=1/);
  await service.stop();
  expect(await service.ended).toBe(143);
  await expect.poll(socket.heard, patience).toContain('STOPPING=1');
  const alive = socket.heard().split('WATCHDOG=1').length;
  expect(socket.heard().indexOf('READY=1')).toBeLessThan(socket.heard().indexOf('STOPPING=1'));
  // Who has ended says nothing any more.
  expect(socket.heard().slice(socket.heard().indexOf('STOPPING=1'))).not.toContain('WATCHDOG=1');
  expect(alive).toBeGreaterThan(2);
  await socket.close();
});

test('two instances are upgraded one after the other under load, and every event is there once', async () => {
  const second = '/etc/spark/consumer-2.env';
  await writeFile(second, `SPARK_METRICS_PORT=${await installed.freePort()}\n`, { mode: 0o640 });
  await installed.giveTo(second, user);
  const files = [[configuration], [configuration, second]] as const;
  const running: RunningService[] = [];
  for (const each of files) running.push(await installed.startService(each));
  const sessionId = randomUUID();
  const upgraded = new AbortController();
  const accepted = (async () => {
    let seq = 0;
    while (!upgraded.signal.aborted) {
      await Promise.all(Array.from({ length: 50 }, () => publish(sessionId, (seq += 1))));
    }
    return seq;
  })();
  await expect.poll(() => countRows(sessionId), patience).toBeGreaterThan(0);
  const before = await readFile(configuration, 'utf8');
  // Not `dpkg()`, which would hold up the publisher.
  expect(await installed.start('dpkg', ['--install', debs[versions.newer] ?? '']).ended).toBe(0);
  for (const [index, each] of files.entries()) {
    await running[index]?.stop();
    expect(await running[index]?.ended).toBe(143);
    const restarted = await installed.startService(each);
    running[index] = restarted;
    expect(await restarted.metrics()).toContain(`version="${versions.newer}"`);
  }
  upgraded.abort();
  const total = await accepted;
  await expect.poll(() => readDurable(rig.link), patience).toMatchObject({ pending: 0, unacknowledged: 0 });
  expect(await countRows(sessionId)).toBe(total);
  expect(await readFile(configuration, 'utf8')).toBe(before);
  for (const service of running) await service.stop();
});

test('a downgrade is refused while the schema is newer, and taken when it is not', async () => {
  await empty.query(`INSERT INTO spark_schema_migrations (name, run_on) VALUES ('999_newer', now())`);
  const refused = dpkg('--install', debs[versions.older] ?? '');
  expect(refused.code).not.toBe(0);
  expect(refused.said).toContain('the database has migrations that it does not know: 999_newer');
  expect(installed.run('spark-nats-consumer', ['version']).said).toContain(versions.newer);
  // The archive of the older version asks the same, and changes nothing either.
  const archive = installed.run('sh', [join(unpack(versions.older), 'install.sh')]);
  expect(archive.code).not.toBe(0);
  expect(archive.said).toContain('the database has migrations that it does not know: 999_newer');
  expect(installed.run('spark-nats-consumer', ['version']).said).toContain(versions.newer);
  await empty.query(`DELETE FROM spark_schema_migrations WHERE name = '999_newer'`);
  expect(dpkg('--install', debs[versions.older] ?? '').code).toBe(0);
  expect(installed.run('spark-nats-consumer', ['version']).said).toContain(versions.older);
});

test('removed it leaves its configuration and the events; purged it leaves the events', async () => {
  const [row] = await empty.query('SELECT count(*)::int AS n FROM spark_events');
  expect(dpkg('--remove', 'spark-nats-consumer').code).toBe(0);
  expect(existsSync('/usr/bin/spark-nats-consumer')).toBe(false);
  expect(existsSync(configuration)).toBe(true);
  expect(dpkg('--purge', 'spark-nats-consumer').code).toBe(0);
  expect(existsSync('/etc/spark')).toBe(false);
  expect(installed.run('getent', ['passwd', user]).code).toBe(2);
  expect(await empty.query('SELECT count(*)::int AS n FROM spark_events')).toEqual([row]);
});

test('the archive installs and removes the same without dpkg', () => {
  const unpacked = unpack(versions.older);
  expect(installed.run('sh', [join(unpacked, 'install.sh')]).code).toBe(0);
  expect(installed.run('spark-db', ['--help']).said).toContain('Usage: spark-db');
  expect(installed.run('sh', [join(unpacked, 'uninstall.sh'), '--purge']).code).toBe(0);
  for (const path of [
    '/usr/bin/spark-nats-consumer',
    '/usr/bin/spark-db',
    '/etc/spark',
    '/usr/share/spark-nats-consumer',
  ])
    expect(existsSync(path)).toBe(false);
  expect(installed.run('getent', ['passwd', user]).code).toBe(2);
});

test('every command of the guide works as it stands, in its order', async () => {
  const guide = await readFile(join(repositoryDir, 'docs/guides/installing-the-consumer.md'), 'utf8');
  const script = [...guide.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block).join('');
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  // Systemd has not booted this machine: what the guide tells it is heard, and not done.
  for (const name of ['systemctl', 'journalctl']) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >> ${folder}/systemd.log\n`);
    await chmod(join(bin, name), 0o755);
  }
  const port = String(await installed.freePort());
  const values = variables();
  const here = script
    .replaceAll(/0\.[12]\.0_amd64/g, (text) => text.replace('amd64', process.arch === 'arm64' ? 'arm64' : 'amd64'))
    .replace(/^export NATS_URL=.*$/m, `export NATS_URL='${values.NATS_URL}' SPARK_METRICS_PORT=${port}`)
    .replace(
      'SLATE_DB_HOST=192.168.86.27',
      `SLATE_DB_HOST=${values.SLATE_DB_HOST} SLATE_DB_PORT=${values.SLATE_DB_PORT}`,
    )
    .replace('SLATE_DB_NAME=wissil_db', `SLATE_DB_NAME=${values.SLATE_DB_NAME}`)
    .replace('consumer-db-password', values.SLATE_DB_PASSWORD)
    .replace('SPARK_ADMIN_DB_USER=postgres', `SPARK_ADMIN_DB_USER=${values.SPARK_ADMIN_DB_USER}`)
    .replace('admin-password', values.SPARK_ADMIN_DB_PASSWORD)
    // The service that systemd would have started and ended.
    .replace(/^curl .*$/m, (line) => {
      const patient = line
        .replace('9464', port)
        .replace('curl', 'curl --retry 60 --retry-delay 1 --retry-all-errors -s');
      return `touch ${folder}/start-it\n${patient}`;
    })
    .replace(/^dpkg --remove/m, `touch ${folder}/stop-it\nwhile [ ! -e ${folder}/stopped ]; do sleep 0.1; done\n$&`);
  await cp(join(folder, 'dist'), join(folder, 'guide'), { recursive: true });
  await writeFile(join(folder, 'guide.sh'), here);
  const walk = installed.start('sh', ['-ex', join(folder, 'guide.sh')], {
    env: { PATH: `${bin}${delimiter}${toolEnvironment()['PATH']}` },
    cwd: join(folder, 'guide'),
  });
  const reached = async (name: string): Promise<void> => {
    const file = join(folder, name);
    await Promise.race([expect.poll(() => existsSync(file), { timeout: 120_000 }).toBe(true), walk.ended]);
    if (!existsSync(file)) throw new Error(walk.output());
  };
  // What systemd would do.
  await reached('start-it');
  const service = await installed.startService([configuration]);
  await reached('stop-it');
  await service.stop();
  await writeFile(join(folder, 'stopped'), '');
  expect({ code: await walk.ended, said: walk.output().split('\n').slice(-15) }).toMatchObject({ code: 0 });
  const heard = await readFile(join(folder, 'systemd.log'), 'utf8');
  expect(heard).toContain('systemctl enable --now spark-nats-consumer@2');
});
