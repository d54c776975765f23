import type { z } from 'zod';
import { DependencyError } from '../../../shared/errors/index.ts';
import { announce, type NatsLink } from '../../../shared/node/messaging/index.ts';
import { toAlert, type webhookSchema } from './alertmanager.ts';

export type ForwardAlerts = (body: z.output<typeof webhookSchema>) => Promise<void>;

/** Publishes each alert; rejects with a DependencyError before NATS has all of them, and Alertmanager sends all again. */
export function makeForward(link: NatsLink | null): ForwardAlerts {
  return async ({ alerts }) => {
    if (link === null) {
      throw new DependencyError('nats_unavailable', 'NATS_URL is not set: alerts of Prometheus lead nowhere.', {
        retryable: false,
      });
    }
    for (const one of alerts) {
      const { subject, alert } = toAlert(one);
      await announce(link, { subject, bytes: Buffer.from(JSON.stringify(alert)) });
    }
  };
}
