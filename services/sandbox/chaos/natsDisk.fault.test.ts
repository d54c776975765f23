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
import { canMountDisk, mountDisk, namespacesOf } from './smallDisk.ts';

/* A disk that is really full: JetStream's folder is a small one of its own. */
const releases: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const release of releases.toReversed()) await release();
});

test(
  'a full disk under NATS refuses events in a way that keeps them in the outbox, and loses none that it took',
  { timeout: 120_000 },
  async ({ skip }) => {
    skip(!canMountDisk(), 'this system does not let a test mount a small disk');
    const folder = mkdtempSync(join(tmpdir(), 'spark-disk-'));
    releases.push(() => rmSync(folder, { recursive: true, force: true }));
    const store = join(folder, 'nats', 'jetstream');
    mkdirSync(store, { recursive: true });
    const small = { folder: store, megabytes: 4 };
    const disk = await mountDisk(small);
    releases.push(disk.release);
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
      `#!/bin/sh\nexec nsenter --target ${disk.pid} ${namespacesOf(small).join(' ')} --preserve-credentials -- '${server}' "$@"\n`,
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
