import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName } from '../../shared/contracts/index.ts';
import { ensureStreams, makeJetStreamPublisher, readDurable, readStream } from '../../shared/node/messaging/index.ts';
import { editStream } from '../../shared/node/messaging/testing/admin.ts';
import { telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await ensureStreams(rig.link);
});
afterAll(() => rig.close());

const batch = 10;
/** Three times what four instances hold together at this batch size. */
const bad = 3 * 4 * 4 * batch;
const good = 200;
const patience = { timeout: 60_000 };
const countRows = async (): Promise<number> => {
  const [row] = await rig.database.query('SELECT count(*)::int AS n FROM spark_events');
  return Number(row?.['n']);
};

test(
  'good events pass any number of bad ones whose dead letters are refused, and none of those is lost',
  { timeout: 150_000 },
  async () => {
    await editStream(rig.link, deadLetterStreamName, { max_msgs: 2 });
    const { publish } = makeJetStreamPublisher(rig.link, { timeoutMs: 30_000 });
    const subject = `spark.telemetry.${randomUUID()}`;
    const poison = () => publish({ subject, id: randomUUID(), bytes: Buffer.from('{"half') });
    await Promise.all(Array.from({ length: bad }, poison));
    const sessionId = randomUUID();
    for (let seq = 0; seq < good; seq += 1) await publish(telemetry(sessionId, seq));

    const consumer = await rig.startConsumer({ SPARK_CONSUMER_BATCH: String(batch) });
    await expect.poll(countRows, patience).toBe(good);
    await expect.poll(() => readDurable(rig.link), patience).toMatchObject({ pending: 0, unacknowledged: bad - 2 });
    expect(await readStream(rig.link, deadLetterStreamName)).toMatchObject({ messages: 2 });

    const url = String(consumer.ready['metrics']);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      checks: { pulling: 'ok', dead_letters: expect.stringContaining('maximum messages exceeded') },
    });
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ ok: true });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('spark_consumer_dead_letters_refused 1');
    const lines = (await readFile(consumer.logFile, 'utf8')).split('\n');
    expect(lines.filter((line) => line.includes('takes no dead letters')).length).toBeLessThanOrEqual(3);

    await editStream(rig.link, deadLetterStreamName, { max_msgs: -1 });
    await expect
      .poll(() => readStream(rig.link, deadLetterStreamName), { timeout: 90_000 })
      .toMatchObject({ messages: bad });
    await expect.poll(() => readDurable(rig.link), patience).toMatchObject({ pending: 0, unacknowledged: 0 });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await countRows()).toBe(good);
  },
);
