import { randomUUID } from 'node:crypto';
import { makeDatabase } from '../../database/index.ts';
import { findCall } from '../../database/index.ts';
import type { RawClient } from '../../database/testing/rawClient.ts';
import { configOf, inTurn, timeMs, withRaw, type Bench, type MetricGroup } from '../context.ts';
import { metricOf } from '../report.ts';
import { callEvent } from '../workload.ts';

/** One durable write and one read through our code, against the driver alone on a connection of the same settings. */
export const databaseGroup: MetricGroup = {
  ids: ['pg.write', 'pg.read_replica'],
  async measure(bench) {
    const stack = await bench.stack();
    const config = configOf(stack);
    const database = makeDatabase({ config, logger: bench.logger, applicationName: 'spark-bench' });
    try {
      return [
        await withRaw(config, (raw) => measureWrite(bench, database, raw)),
        await withRaw(config, (raw) => measureRead(bench, database, raw), 'replica'),
      ];
    } finally {
      await database.close();
    }
  },
};

type Opened = ReturnType<typeof makeDatabase>;

async function measureWrite(bench: Bench, database: Opened, raw: RawClient) {
  const sessionId = randomUUID();
  const { signal, quick } = bench;
  bench.say('pg.write');
  const measured = await inTurn(
    { rounds: quick ? 10 : 500, warmUp: quick ? 2 : 100, signal },
    async (n) => {
      const event = callEvent(sessionId, n, 'ours');
      const ms = await timeMs(() => database.write([event]));
      // What a write leaves to be done behind it must not slow the other side of the comparison.
      await database.lastWrite();
      return ms;
    },
    (n) => {
      const { timestamp, callId } = callEvent(sessionId, n, 'bare');
      return timeMs(() =>
        raw.query({ name: 'bare-insert', text: bareInsert, values: [sessionId, callId, n, timestamp] }),
      );
    },
  );
  return metricOf(
    {
      id: 'pg.write',
      unit: 'ms',
      detail:
        'one function call event through database.write (its upsert; its session is known; the WAL position comes behind it) against one prepared INSERT of the same row; both committed to disk',
    },
    measured.ours,
    measured.bare,
  );
}

const bareInsert = `INSERT INTO spark_function_calls (session_id, call_id, name, effect, state, seq, received_at)
  VALUES ($1, $2, 'generateUnityScript', 'write', 'received', $3, $4)`;

async function measureRead(bench: Bench, database: Opened, raw: RawClient) {
  const { signal, quick } = bench;
  const sessionId = randomUUID();
  const event = callEvent(sessionId, 0, 'read');
  await database.write([event]);
  const { callId } = event;
  let servers = { replica: 0, primary: 0 };
  bench.say('pg.read_replica');
  const measured = await inTurn(
    { rounds: quick ? 10 : 1_500, warmUp: quick ? 2 : 200, signal },
    (n) =>
      timeMs(async () => {
        const { server } = await database.read((reader) => findCall(reader, sessionId, callId));
        if (n === 0) servers = { replica: 0, primary: 0 };
        servers[server] += 1;
      }),
    () => timeMs(() => raw.query({ name: 'bare-select', text: bareSelect, values: [sessionId, callId] })),
  );
  return metricOf(
    {
      id: 'pg.read_replica',
      unit: 'ms',
      detail: `one row by its key through the read router (rows parsed) against the same SELECT, both prepared; answered by the replica ${servers.replica} times, by the primary ${servers.primary} times`,
    },
    measured.ours,
    measured.bare,
  );
}

const bareSelect = 'SELECT name, state FROM spark_function_calls WHERE session_id = $1 AND call_id = $2';
