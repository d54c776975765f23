import {
  findBuild,
  findCall,
  findEvent,
  findPreview,
  findScript,
  makeDatabase,
  readEventsDaily,
  type DatabaseConfig,
  type SqlClient,
} from '../../../database/index.ts';
import {
  envelopeSchema,
  eventSchemas,
  isEventType,
  streamName,
  type SparkEvent,
} from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { connectNats, getLastMessage } from '../../../shared/node/messaging/index.ts';
import type { Evidence } from './types.ts';

export interface EvidenceOptions {
  /** The servers to read from, and the role that reads. */
  readonly database: DatabaseConfig;
  /** A role that may execute `spark_rollup_day`: the consumer's. */
  readonly maintenance: DatabaseConfig;
  readonly natsUrl: string;
  readonly logger: Logger;
}

/** Reads evidence from the primary and from JetStream on connections of its own: it trusts nothing that the bridge says. */
export function openEvidence(options: EvidenceOptions): Evidence {
  const { logger } = options;
  const database = makeDatabase({ config: options.database, logger, applicationName: 'spark-demo', maxConnections: 2 });
  const maintenance = makeDatabase({
    config: options.maintenance,
    logger,
    applicationName: 'spark-demo',
    maxConnections: 1,
  });
  const nats = connectNats({ url: options.natsUrl, name: 'spark-demo', logger });
  const onPrimary = <T>(read: (client: SqlClient) => Promise<T>): Promise<T> => database.write(read);
  let rolled: string | undefined;

  return {
    call: (sessionId, callId) => onPrimary((client) => findCall(client, sessionId, callId)),
    script: (sessionId, changeId) => onPrimary((client) => findScript(client, sessionId, changeId)),
    preview: (sessionId, frameId) => onPrimary((client) => findPreview(client, sessionId, frameId)),
    event: (event) => onPrimary((client) => findEvent(client, { eventId: event.eventId, occurredAt: event.timestamp })),
    async build(sessionId, buildId) {
      const row = await onPrimary((client) => findBuild(client, sessionId, buildId));
      return row?.state === 'completed' ? row : undefined;
    },
    async streamed(subject) {
      const message = await getLastMessage(nats, streamName, subject);
      return message === undefined ? undefined : { streamSeq: message.seq, event: eventOf(message.data) };
    },
    async rollup(day, type) {
      if (rolled !== day) {
        await maintenance.rollupDay(day);
        rolled = day;
      }
      const rows = await onPrimary((client) => readEventsDaily(client, day));
      return rows.find((row) => row.type === type);
    },
    async close() {
      await Promise.all([database.close(), maintenance.close(), nats.close()]);
    },
  };
}

/** An event as it stands in the stream. Throws a ZodError when it is none. */
function eventOf(data: Uint8Array): SparkEvent {
  const value: unknown = JSON.parse(new TextDecoder().decode(data));
  const { type } = envelopeSchema.parse(value);
  if (!isEventType(type)) throw new TypeError(`The stream holds an event of an unknown type: ${type}`);
  return eventSchemas[type].parse(value);
}
