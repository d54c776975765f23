import type { Alert } from '../../contracts/index.ts';
import type { NatsLink } from './connect.ts';
import { makeJetStreamPublisher } from './publisher.ts';

/**
 * How every engine tells an alert: to `SPARK_ALERTS`, where the consumer keeps it, and to who listens now. Resolves when
 * it is stored; rejects with a DependencyError, also while there is no such stream, and it is to be told again then.
 */
export type PublishAlert = (subject: string, alert: Alert) => Promise<void>;

export function makeAlertPublisher(link: NatsLink): PublishAlert {
  const { publish } = makeJetStreamPublisher(link);
  return async (subject, alert) => {
    await publish({ subject, id: `${alert.alertId}.${alert.state}`, bytes: Buffer.from(JSON.stringify(alert)) });
  };
}
