import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName } from '../../shared/contracts/index.ts';
import {
  getLastMessage,
  makeJetStreamPublisher,
  readDurable,
  type JetStreamPublisher,
} from '../../shared/node/messaging/index.ts';
import { removeDurable } from '../../shared/node/messaging/testing/admin.ts';
import { deadLetterHeaders } from './deadLetters.ts';
import { makeMessage, telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
let publish: JetStreamPublisher['publish'];
beforeAll(async () => {
  rig = await makeRig();
  ({ publish } = makeJetStreamPublisher(rig.link));
  await rig.startConsumer();
});
afterAll(() => rig.close());

const idle = { timeout: 20_000 };
/** All that was published is acknowledged: a row or a dead letter. */
const settled = () => expect.poll(() => readDurable(rig.link), idle).toMatchObject({ pending: 0, unacknowledged: 0 });
const rowsOf = (sessionId: string) =>
  rig.database.query('SELECT type, seq::int, recorded_at FROM spark_events WHERE session_id = $1 ORDER BY seq', [
    sessionId,
  ]);

const call = (sessionId: string, seq: number, state: 'received' | 'running' | 'succeeded') =>
  makeMessage(
    { type: 'function_call', callId: 'call_1', name: 'generateUnityScript', effect: 'write', state },
    { sessionId, seq },
  );

test('an event becomes a row of spark_events and of its own table, with the time of the stream', async () => {
  const sessionId = randomUUID();
  const changeId = randomUUID();
  const message = makeMessage(
    {
      type: 'runtime.unity.script_generated',
      changeId,
      scriptName: 'PlayerController',
      path: 'Assets/Scripts/PlayerController.cs',
    },
    { sessionId, seq: 3 },
  );
  await publish(message);
  await settled();
  const [row] = await rig.database.query(
    'SELECT s.path, s.recorded_at = e.recorded_at AS same_time, e.payload FROM spark_generated_scripts s JOIN spark_events e USING (session_id) WHERE change_id = $1',
    [changeId],
  );
  expect(row).toEqual({ path: 'Assets/Scripts/PlayerController.cs', same_time: true, payload: message.event });
  expect(await rig.database.query('SELECT seq::int FROM spark_sessions WHERE session_id = $1', [sessionId])).toEqual([
    { seq: -1 },
  ]);
});

test('states that arrive in the wrong order, and twice, leave the call at its latest', async () => {
  const sessionId = randomUUID();
  const states = [call(sessionId, 9, 'succeeded'), call(sessionId, 7, 'received'), call(sessionId, 8, 'running')];
  for (const message of states) {
    await publish(message);
    await settled();
  }
  // The same bytes under another message id: what a replay after the duplicate window looks like.
  for (const message of states) await publish({ ...message, id: randomUUID() });
  await settled();
  expect(
    await rig.database.query('SELECT state, seq::int FROM spark_function_calls WHERE session_id = $1', [sessionId]),
  ).toEqual([{ state: 'succeeded', seq: 9 }]);
  expect(await rowsOf(sessionId)).toHaveLength(3);
});

test('the same event twice in one batch, and again in a later one, is one row, and its neighbours are rows', async () => {
  const sessionId = randomUUID();
  const messages = Array.from({ length: 30 }, (_, n) => telemetry(sessionId, n));
  const repeated = messages.flatMap((message) => [message, { ...message, id: randomUUID() }]);
  await Promise.all(repeated.map((message) => publish(message)));
  await settled();
  expect(await rowsOf(sessionId)).toHaveLength(30);
  const more = [...messages.map((message) => ({ ...message, id: randomUUID() })), telemetry(sessionId, 30)];
  await Promise.all(more.map((message) => publish(message)));
  await settled();
  expect(await rowsOf(sessionId)).toHaveLength(31);
});

test("the seed's own payload is accepted, twice as one row", async () => {
  const sessionId = randomUUID();
  const subject = `spark.runtime.unity.script_generated.${sessionId}`;
  const bytes = Buffer.from(
    JSON.stringify({
      type: 'runtime.unity.script_generated',
      sessionId,
      scriptName: 'PlayerController',
      path: 'Assets/Scripts/PlayerController.cs',
      timestamp: new Date().toISOString(),
    }),
  );
  await publish({ subject, bytes, id: randomUUID() });
  await publish({ subject, bytes, id: randomUUID() });
  await settled();
  expect(await rowsOf(sessionId)).toHaveLength(1);
  expect(
    await rig.database.query('SELECT script_name FROM spark_generated_scripts WHERE session_id = $1', [sessionId]),
  ).toEqual([{ script_name: 'PlayerController' }]);
});

test('one row that PostgreSQL refuses is a dead letter with its bytes and reason, and its neighbours are rows', async () => {
  const sessionId = randomUUID();
  const right = telemetry(sessionId, 20);
  // Right JSON, too deep for the server's stack: only PostgreSQL itself finds it.
  const tooDeep = `{"further":${'['.repeat(100_000)}${']'.repeat(100_000)},`;
  const poisoned = { ...right, bytes: Buffer.from(Buffer.from(right.bytes).toString().replace('{', tooDeep)) };
  const good = Array.from({ length: 40 }, (_, n) => telemetry(sessionId, n < 20 ? n : n + 1));
  const all = [...good.slice(0, 20), poisoned, ...good.slice(20)];
  const acks = await Promise.all(all.map((message) => publish(message)));
  await settled();
  expect(await rowsOf(sessionId)).toHaveLength(40);
  const dead = await getLastMessage(rig.link, deadLetterStreamName, `dlq.${poisoned.subject}`);
  expect(Buffer.from(dead?.data ?? []).equals(Buffer.from(poisoned.bytes))).toBe(true);
  expect(dead?.headers).toMatchObject({
    [deadLetterHeaders.reason]: 'db_rejected',
    [deadLetterHeaders.subject]: poisoned.subject,
    [deadLetterHeaders.streamSeq]: String(acks[20]?.streamSeq),
    [deadLetterHeaders.originalId]: poisoned.id,
  });
});

test('bytes that are no event are dead letters at once', async () => {
  const subject = `spark.telemetry.${randomUUID()}`;
  await publish({ subject, id: randomUUID(), bytes: Buffer.from('{"half') });
  await settled();
  const dead = await getLastMessage(rig.link, deadLetterStreamName, `dlq.${subject}`);
  expect(dead?.headers[deadLetterHeaders.reason]).toBe('invalid_json');
});

test('an unknown type with a right envelope is kept whole', async () => {
  const sessionId = randomUUID();
  const known = telemetry(sessionId, 1);
  const event = { ...known.event, type: 'runtime.unity.scene_saved', scene: 'Main' };
  await publish({
    subject: `spark.runtime.unity.scene_saved.${sessionId}`,
    id: known.id,
    bytes: Buffer.from(JSON.stringify(event)),
  });
  await settled();
  expect(await rowsOf(sessionId)).toMatchObject([{ type: 'runtime.unity.scene_saved', seq: 1 }]);
});

test('when somebody removes the durable it is made again, and all of the stream is delivered once more: lost rows are back', async () => {
  const [lost, kept] = [randomUUID(), randomUUID()];
  for (const seq of [1, 2, 3]) await publish(telemetry(lost, seq));
  for (const [n, state] of (['received', 'running', 'succeeded'] as const).entries()) {
    await publish(call(kept, n + 1, state));
  }
  await settled();
  await rig.database.query('DELETE FROM spark_events WHERE session_id = $1', [lost]);
  await rig.database.query('DELETE FROM spark_telemetry WHERE session_id = $1', [lost]);
  await removeDurable(rig.link);
  await expect.poll(async () => (await rowsOf(lost)).map(({ seq }) => seq), idle).toEqual([1, 2, 3]);
  await settled();
  expect(await rig.database.query('SELECT FROM spark_telemetry WHERE session_id = $1', [lost])).toHaveLength(3);
  expect(await rowsOf(kept)).toHaveLength(3);
  const [row] = await rig.database.query('SELECT state FROM spark_function_calls WHERE session_id = $1', [kept]);
  expect(row).toEqual({ state: 'succeeded' });
});
