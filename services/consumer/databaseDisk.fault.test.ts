import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { makeFreshDatabase } from '../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../database/testing/stackCluster.ts';
import { deadLetterStreamName, streamName } from '../../shared/contracts/index.ts';
import { ensureStreams, makeJetStreamPublisher, readDurable, readStream } from '../../shared/node/messaging/index.ts';
import { canMountDisk, mountDisk } from '../sandbox/chaos/smallDisk.ts';
import { watchChildren } from '../sandbox/stack/children.ts';
import { toolEnvironment } from '../sandbox/stack/environment.ts';
import { startPostgres } from '../sandbox/stack/postgres.ts';
import { preparePostgresHome } from '../sandbox/stack/postgresBinaries.ts';
import { roles } from '../sandbox/stack/roles.ts';
import { logTail } from '../sandbox/stack/serverProcess.ts';
import { telemetry } from './testing/events.ts';
import { makeRig } from './testing/rig.ts';

/* PostgreSQL's data and its log on a small disk that is really full. */
const releases: (() => unknown)[] = [];
afterAll(async () => {
  for (const release of releases.toReversed()) await release();
});

const events = 2_000;

test(
  'a full disk under PostgreSQL loses no event, makes no dead letter of one, and ends no consumer',
  { timeout: 180_000 },
  async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'spark-disk-'));
    releases.push(() => rmSync(folder, { recursive: true, force: true }));
    chmodSync(folder, 0o711);
    const home = preparePostgresHome({ slotDir: folder, onNotice: () => undefined });
    skip(!canMountDisk(home.account), 'this system does not let a test mount a small disk');
    const disk = await mountDisk({ folder: home.dataDir, megabytes: 400, owner: home.account });
    releases.push(disk.release);
    const children = watchChildren(join(folder, 'processes'));
    releases.push(() => children.close());
    const postgres = await startPostgres({
      slotDir: disk.path.slice(0, -'/postgres'.length),
      logDir: folder,
      children,
      env: toolEnvironment(),
      wanted: {},
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onNotice: () => undefined,
    });
    releases.push(() => Promise.all([postgres.replica.stop(), postgres.primary.stop()]));
    const { config } = clusterOf(inject('stack'));
    const database = await makeFreshDatabase({
      config: {
        ...config,
        SLATE_DB_PORT: postgres.ports.primary,
        SLATE_DB_USER: roles.consumer,
        SLATE_DB_PASSWORD: postgres.secrets.consumer,
      },
      owner: { user: roles.owner, password: postgres.secrets.owner },
    });
    const rig = await makeRig();
    releases.push(() => rig.close());
    await ensureStreams(rig.link);
    const consumer = await rig.startConsumer({
      SLATE_DB_PORT: String(postgres.ports.primary),
      SLATE_DB_NAME: database.config.SLATE_DB_NAME,
      SLATE_DB_USER: roles.consumer,
      SLATE_DB_PASSWORD: postgres.secrets.consumer,
    });

    const pid = consumer.pid();
    disk.fill();
    const sessionId = randomUUID();
    const { publish } = makeJetStreamPublisher(rig.link, { timeoutMs: 30_000 });
    await Promise.all(Array.from({ length: events }, (_, n) => publish(telemetry(sessionId, n))));
    // It says that it tries again, and some of the events are not in.
    await expect.poll(() => logTail(consumer.logFile, 0, 50), { timeout: 60_000 }).toMatch(/No space left|53100/);
    expect((await readDurable(rig.link))?.unacknowledged).toBeGreaterThan(0);

    disk.clear();
    // PostgreSQL ends itself when its log finds no room.
    await postgres.primary.start();
    await expect
      .poll(() => readDurable(rig.link), { timeout: 120_000 })
      .toMatchObject({ pending: 0, unacknowledged: 0 });
    expect(await database.query('SELECT count(*)::int AS n FROM spark_events')).toEqual([{ n: events }]);
    expect(await readStream(rig.link, streamName)).toMatchObject({ messages: events });
    expect(await readStream(rig.link, deadLetterStreamName)).toMatchObject({ messages: 0 });
    // Undefined once its process has ended.
    expect(pid).toBeDefined();
    expect(consumer.pid()).toBe(pid);
  },
);
