import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { streamName } from '../../../shared/contracts/index.ts';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import {
  connectNats,
  ensureStreams,
  getMessage,
  makeJetStreamPublisher,
} from '../../../shared/node/messaging/index.ts';
import { watchChildren } from '../stack/children.ts';
import { toolEnvironment } from '../stack/environment.ts';
import { startNats } from '../stack/nats.ts';
import { findNatsServer } from '../stack/natsServer.ts';
import { repositoryDir } from '../stack/paths.ts';

/*
 * A disk that is really full: JetStream's folder is a small tmpfs in a mount namespace of its own, which a process holds
 * open over the server's restarts. It needs Linux and leave to make namespaces.
 */
const releases: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const release of releases.toReversed()) await release();
});

const namespaces = ['--user', '--mount'] as const;
function canMakeNamespaces(): boolean {
  try {
    execFileSync('unshare', [...namespaces, '--map-root-user', 'mount', '-t', 'tmpfs', 'none', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

test(
  'a full disk under NATS refuses events in a way that keeps them in the outbox, and loses none that it took',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!canMakeNamespaces(), 'this system does not let a test mount a small disk');
    const folder = mkdtempSync(join(tmpdir(), 'spark-disk-'));
    releases.push(() => rmSync(folder, { recursive: true, force: true }));
    const store = join(folder, 'nats', 'jetstream');
    mkdirSync(store, { recursive: true });
    const disk = await mountDisk(store);
    const given = {
      cacheDir: join(repositoryDir, '.spark', 'cache'),
      env: toolEnvironment(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    const server = await findNatsServer({
      ...given,
      configured: loadConfig(readEnvironment(), ['SPARK_NATS_SERVER']).SPARK_NATS_SERVER,
    });
    const wrapper = join(folder, 'nats-server-on-small-disk');
    writeFileSync(
      wrapper,
      `#!/bin/sh\nexec nsenter --target ${disk.pid} ${namespaces.join(' ')} --preserve-credentials -- '${server}' "$@"\n`,
      { mode: 0o755 },
    );
    const children = watchChildren(join(folder, 'processes'));
    releases.push(() => children.close());
    const secrets = { programs: 'programs-password', browser: 'browser-password' };
    const nats = await startNats({
      ...given,
      slotDir: folder,
      logDir: folder,
      configured: wrapper,
      secrets,
      children,
      wanted: {},
    });
    releases.push(() => nats.part.stop());
    const url = `nats://spark:${secrets.programs}@127.0.0.1:${nats.ports.client}`;
    const link = connectNats({ url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
    releases.push(() => link.close());
    await link.ready();
    await ensureStreams(link);

    const { publish } = makeJetStreamPublisher(link, { timeoutMs: 1_000 });
    const taken = new Map<string, number>();
    const refusals: unknown[] = [];
    const send = async (n: number): Promise<void> => {
      const id = `event-${n}`;
      const subject = 'spark.telemetry.01a20000-0000-7000-8000-000000000001';
      await publish({ subject, id, bytes: Buffer.alloc(20_000, n) }).then(
        ({ streamSeq }) => taken.set(id, streamSeq),
        (error: unknown) => refusals.push(error),
      );
    };
    for (let n = 0; n < 20; n += 1) await send(n);
    expect(taken.size).toBe(20);
    disk.fill();
    for (let n = 20; n < 28; n += 1) await send(n);
    expect(refusals.length).toBeGreaterThan(0);
    // Each of them waits in the outbox: none is refused for good.
    for (const error of refusals) expect(error).toMatchObject({ retryable: true });

    disk.clear();
    // A server that met a full disk may have switched JetStream off until it is started again.
    await nats.part.stop();
    await nats.part.start();
    await link.ready();
    for (let n = 0; n < 28; n += 1) await send(n);
    expect(taken.size).toBe(28);
    for (const [id, seq] of taken) expect((await getMessage(link, streamName, seq))?.headers['Nats-Msg-Id']).toBe(id);
  },
);

async function mountDisk(store: string) {
  const holder: ChildProcess = spawn(
    'unshare',
    [
      ...namespaces,
      '--map-root-user',
      'sh',
      '-c',
      `mount -t tmpfs -o size=4m none '${store}' && echo mounted && exec cat`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  releases.push(() => void holder.kill('SIGKILL'));
  if (holder.stdout === null || holder.pid === undefined) throw new Error('no process holds the disk');
  await once(holder.stdout, 'data');
  const inside = `/proc/${holder.pid}/root${store}`;
  const filler = join(inside, 'filler');
  return {
    pid: holder.pid,
    fill(): void {
      for (const size of [65_536, 1_024]) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        }
      }
    },
    clear: (): void => rmSync(filler),
  };
}
