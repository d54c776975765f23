import { alertSchema, alertSourceOf, type Alert } from '../../../shared/contracts/index.ts';
import { decodeJson, describe, refuse, type RawMessage, type Refused } from '../decode.ts';

/**
 * Bytes and subject to the alert that they tell. Never throws. The source must be the subject's: who may publish on
 * `alerts.spark.prometheus.>` alone cannot end an alert of Storm.
 */
export function decodeAlert(
  message: Pick<RawMessage, 'subject' | 'data'>,
): { readonly kind: 'alert'; readonly alert: Alert } | Refused {
  const source = alertSourceOf(message.subject);
  if (source === null) return refuse('invalid_subject', 'the subject is not alerts.spark.{source}.{rule}');
  const json = decodeJson(message.data);
  if (!('value' in json)) return json;
  const alert = alertSchema.safeParse(json.value);
  if (!alert.success) return refuse('invalid_alert', describe(alert.error));
  const { data } = alert;
  if (data.source !== source) return refuse('subject_mismatch', `the payload's source is ${data.source}`);
  if ((data.state === 'cleared') !== (data.clearedAt !== null)) {
    return refuse('invalid_alert', `it is ${data.state}, and its clearedAt is ${data.clearedAt ?? 'null'}`);
  }
  return { kind: 'alert', alert: data };
}
