import { expect, test } from 'vitest';
import { makeAlert } from '../../../shared/contracts/testing/alerts.ts';
import { decodeAlert } from './decodeAlert.ts';

const alert = makeAlert({ alertId: '0b5f9a3e-2d5a-4f52-8d9e-0c1f6f1f2a3b', group: 'Linux' });
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const subject = 'alerts.spark.storm.builds-fail';

test('an alert is what was published, without what the contract does not name', () => {
  expect(decodeAlert({ subject, data: bytesOf({ ...alert, run: 'x' }) })).toEqual({ kind: 'alert', alert });
});

test.each([
  ['no source in the subject', { subject: 'alerts.spark.storm', data: bytesOf(alert) }, 'invalid_subject', 'subject'],
  [
    'another source than its subject',
    { subject: 'alerts.spark.prometheus.x', data: bytesOf(alert) },
    'subject_mismatch',
    'storm',
  ],
  ['no UTF-8', { subject, data: Buffer.from([0xff]) }, 'invalid_utf8', 'UTF-8'],
  ['no JSON', { subject, data: Buffer.from('{') }, 'invalid_json', 'JSON'],
  ['text that jsonb refuses', { subject, data: bytesOf({ ...alert, summary: '\0' }) }, 'unstorable_text', 'U+0000'],
  [
    'a severity that nobody knows',
    { subject, data: bytesOf({ ...alert, severity: 'bad' }) },
    'invalid_alert',
    'severity',
  ],
  [
    'cleared without an end',
    { subject, data: bytesOf({ ...alert, state: 'cleared' }) },
    'invalid_alert',
    'clearedAt is null',
  ],
  [
    'raised with an end',
    { subject, data: bytesOf({ ...alert, clearedAt: alert.raisedAt }) },
    'invalid_alert',
    'it is raised',
  ],
])('refused: %s', (_, message, reason, detail) => {
  expect(decodeAlert(message)).toEqual({ kind: 'refused', reason, detail: expect.stringContaining(detail) });
});
