import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { DependencyError } from '../../errors/index.ts';
import { toNatsError } from './natsError.ts';

/** Says with a refusal what was asked for: JetStream's own words are as short as "insufficient resources". */
export async function told(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const translated = toNatsError(error);
    if (!(translated instanceof DependencyError)) throw error;
    const advice = noPeers.has(Number(translated.data['apiCode']))
      ? ' Start the other servers of the cluster, or set SPARK_NATS_REPLICAS.'
      : '';
    throw new DependencyError(translated.code, `Could not ${what}. ${translated.message}${advice}`, {
      retryable: translated.retryable,
      data: translated.data,
      cause: error,
    });
  }
}

/** No suitable peers; replicas on a server that is not clustered; insufficient resources. */
const noPeers: ReadonlySet<number> = new Set([10005, 10023, 10074]);

const missingCodes: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamNotFound,
  JetStreamApiCodes.ConsumerNotFound,
]);

/** What `ask` finds, or undefined when the stream or consumer is not there. */
export async function orMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof JetStreamApiError && missingCodes.has(error.code)) return undefined;
    throw error;
  }
}
