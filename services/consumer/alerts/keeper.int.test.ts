import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRawClient } from '../../../database/testing/rawClient.ts';
import {
  alertDurableName,
  alertStreamName,
  deadLetterStreamName,
  type Alert,
} from '../../../shared/contracts/index.ts';
import { clearAlert, makeAlert } from '../../../shared/contracts/testing/alerts.ts';
import {
  getLastMessage,
  makeAlertPublisher,
  makeJetStreamPublisher,
  readDurable,
  type PublishAlert,
} from '../../../shared/node/messaging/index.ts';
import { addConsumer, removeDurable } from '../../../shared/node/messaging/testing/admin.ts';
import type { RunningProgram } from '../../sandbox/stack/program.ts';
import { deadLetterHeaders } from '../deadLetters.ts';
import { makeRig, type Rig } from '../testing/rig.ts';

let rig: Rig;
let program: RunningProgram;
let publish: PublishAlert;
beforeAll(async () => {
  rig = await makeRig();
  publish = makeAlertPublisher(rig.link);
  program = await rig.startConsumer(quick);
});
afterAll(() => rig.close());

/** What a dead instance held is delivered again after this. */
const quick = { SPARK_CONSUMER_ACK_WAIT_S: '5' };
const patient = { timeout: 20_000 };
const settled = () =>
  expect
    .poll(() => readDurable(rig.link, alertDurableName, alertStreamName).catch(() => null), patient)
    .toMatchObject({ pending: 0, unacknowledged: 0 });

const alert = (over: Partial<Alert> = {}): Alert => makeAlert({ alertId: randomUUID(), group: randomUUID(), ...over });
const rowsOf = ({ alertId }: Alert) =>
  rig.database.query('SELECT source, state, summary FROM spark_alerts WHERE alert_id = $1', [alertId]);
const metrics = async (): Promise<string> => {
  const { metrics: url } = program.ready as { readonly metrics: string };
  return (await fetch(`${url}/metrics`)).text();
};

test('an alert of any engine is one row from raised to cleared, however often it is told', async () => {
  for (const source of ['storm', 'prometheus', 'airflow']) {
    const raised = alert({ source });
    await publish(`alerts.spark.${source}.rule`, raised);
    await expect.poll(() => rowsOf(raised), patient).toEqual([{ source, state: 'raised', summary: 'Builds fail.' }]);
    await publish(`alerts.spark.${source}.rule`, clearAlert(raised));
    // As told again after the window of duplicates, and by a publisher that knows of none.
    const again = { subject: `alerts.spark.${source}.rule`, bytes: Buffer.from(JSON.stringify(raised)) };
    await makeJetStreamPublisher(rig.link).publish({ ...again, id: randomUUID() });
    await settled();
    expect(await rowsOf(raised)).toEqual([{ source, state: 'cleared', summary: 'Builds fail.' }]);
  }
  const text = await metrics();
  expect(text).toMatch(/spark_consumer_alerts_total\{outcome="raised"\} 6/);
  expect(text).toMatch(/spark_consumer_alerts_total\{outcome="cleared"\} 3/);
  expect(text).toMatch(/^spark_consumer_alert_lag_messages 0$/m);
  expect(text).toMatch(/^spark_consumer_alert_pulling 1$/m);
});

test('what is no alert, or of another source than its subject, is a dead letter with its bytes, and holds up nobody', async () => {
  const bad = `alerts.spark.storm.${randomUUID()}`;
  const forged = `alerts.spark.prometheus.${randomUUID()}`;
  const bytes = Buffer.from('{"alertId": 7}');
  await makeJetStreamPublisher(rig.link).publish({ subject: bad, id: randomUUID(), bytes });
  await publish(forged, alert());
  const good = alert();
  await publish('alerts.spark.storm.rule', good);
  await expect.poll(() => rowsOf(good), patient).toHaveLength(1);
  await settled();
  const letterOf = (subject: string) => getLastMessage(rig.link, deadLetterStreamName, `dlq.${subject}`);
  expect(await letterOf(bad)).toMatchObject({ headers: { [deadLetterHeaders.reason]: 'invalid_alert' } });
  expect(Buffer.from((await letterOf(bad))?.data ?? []).equals(bytes)).toBe(true);
  expect(await letterOf(forged)).toMatchObject({ headers: { [deadLetterHeaders.reason]: 'subject_mismatch' } });
  expect(await metrics()).toContain('spark_consumer_dead_letters_total{reason="subject_mismatch"} 1');
});

test('what a killed consumer had not committed is kept by the next one', async () => {
  const raised = alert();
  const locking = await openRawClient(rig.database.ownerConfig);
  await locking.query({ text: 'BEGIN' });
  await locking.query({ text: 'LOCK TABLE spark_alerts IN EXCLUSIVE MODE' });
  await publish('alerts.spark.storm.rule', raised);
  const state = () => readDurable(rig.link, alertDurableName, alertStreamName);
  await expect.poll(state, patient).toMatchObject({ pending: 0, unacknowledged: 1 });
  await program.kill();
  await locking.query({ text: 'ROLLBACK' });
  await locking.end();
  program = await rig.startConsumer(quick);
  await expect.poll(() => rowsOf(raised), patient).toHaveLength(1);
  await settled();
});

test('alerts that cannot be pulled are told of by a gauge and a counter; the consumer of events is ready and goes on', async () => {
  await program.stop();
  await removeDurable(rig.link, alertStreamName, alertDurableName);
  // As somebody else made it: it loses alerts, and the keeper refuses it.
  await addConsumer(rig.link, { durable_name: alertDurableName, ack_policy: 'none' }, alertStreamName);
  program = await rig.startConsumer(quick);
  await expect.poll(metrics, patient).toMatch(/^spark_consumer_alert_errors_total [1-9]/m);
  const text = await metrics();
  expect(text).toMatch(/^spark_consumer_alert_pulling 0$/m);
  expect(text).toMatch(/^spark_consumer_pulling 1$/m);
  const { metrics: url } = program.ready as { readonly metrics: string };
  expect((await fetch(`${url}/readyz`)).status).toBe(200);

  await removeDurable(rig.link, alertStreamName, alertDurableName);
  await expect.poll(metrics, patient).toMatch(/^spark_consumer_alert_pulling 1$/m);
});
