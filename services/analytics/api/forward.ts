import type { z } from 'zod';
import { DependencyError } from '../../../shared/errors/index.ts';
import { makeAlertPublisher, type NatsLink } from '../../../shared/node/messaging/index.ts';
import { toAlert, type webhookSchema } from './alertmanager.ts';

export type ForwardAlerts = (body: z.output<typeof webhookSchema>) => Promise<void>;

/** Publishes each alert; rejects with a DependencyError before the stream has all of them, and Alertmanager sends all again. */
export function makeForward(link: NatsLink | null): ForwardAlerts {
  const publish = link === null ? null : makeAlertPublisher(link);
  return async ({ alerts }) => {
    if (publish === null) {
      throw new DependencyError('nats_unavailable', 'NATS_URL is not set: alerts of Prometheus lead nowhere.', {
        retryable: false,
      });
    }
    for (const one of alerts) {
      const { subject, alert } = toAlert(one);
      await publish(subject, alert);
    }
  };
}
