import { alertSchema, type Alert } from '../../../../shared/contracts/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { connectNats } from '../../../../shared/node/messaging/index.ts';

/** What Airflow publishes while `work` runs, in its order. */
export async function whileListening(
  natsUrl: string,
  work: (heard: { readonly subject: string; readonly alert: Alert }[]) => Promise<void>,
): Promise<void> {
  const link = connectNats({ url: natsUrl, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  const heard: { readonly subject: string; readonly alert: Alert }[] = [];
  try {
    await link.ready(AbortSignal.timeout(30_000));
    await link.use(async (connection) => {
      connection.subscribe('alerts.spark.airflow.>', {
        callback: (_error, message) => {
          heard.push({ subject: message.subject, alert: alertSchema.parse(message.json()) });
        },
      });
      await connection.flush();
    });
    await work(heard);
  } finally {
    await link.close();
  }
}
