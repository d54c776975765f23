import type { Logger } from '../../shared/node/logging/index.ts';
import {
  connectNats,
  makeFrameStore,
  makeJetStreamPublisher,
  type NatsFiles,
} from '../../shared/node/messaging/index.ts';
import type { Journal } from './journal/index.ts';
import { makePublisher, type PublisherStatus } from './publisher/index.ts';

/** The way of the outbox to NATS, or the fact that none is configured. */
export interface Publishing {
  readonly status: () => PublisherStatus;
  readonly isConnected: () => boolean;
  /** Frames that the frame store had no room for; 0 while it takes them. */
  readonly framesNotKept: () => number;
  /** Sends what is there while NATS answers, at most until `signal` aborts, then ends the connection. */
  readonly close: (signal: AbortSignal) => Promise<void>;
}

export function openPublishing(options: {
  readonly url: string | undefined;
  readonly files?: NatsFiles;
  readonly journal: Journal;
  readonly logger: Logger;
  readonly onChange: () => void;
}): Publishing {
  const { url, files = {}, journal, logger, onChange } = options;
  if (url === undefined) {
    return {
      status: () => ({ kind: 'off' }),
      isConnected: () => false,
      framesNotKept: () => 0,
      close: () => Promise.resolve(),
    };
  }
  const link = connectNats({ url, files, name: 'spark-bridge', logger });
  const jetStream = makeJetStreamPublisher(link);
  const frames = makeFrameStore(link);
  const publisher = makePublisher({
    outbox: journal.outbox,
    frameBytes: journal.frames.bytes,
    logger: logger.child({ part: 'publisher' }),
    stream: {
      publish: ({ messageId, ...message }) => jetStream.publish({ ...message, id: messageId }),
      putFrame: frames.put,
    },
  });
  const isConnected = (): boolean => link.status().kind === 'connected';
  const stops = [
    publisher.onStatus(onChange),
    link.onStatus(() => {
      if (isConnected()) publisher.retryNow();
      onChange();
    }),
  ];
  return {
    status: publisher.status,
    isConnected,
    framesNotKept: publisher.framesNotKept,
    async close(signal) {
      if (isConnected()) await publisher.flush(signal);
      for (const stop of stops) stop();
      await publisher.close();
      await link.close();
    },
  };
}
