import { deadLetterStreamName, streamName } from '../../../../shared/contracts/index.ts';
import type { NatsLink } from '../../../../shared/node/messaging/index.ts';
import { deleteStream, limitStream, purgeStream } from '../jetStreamApi.ts';
import type { DrawnFault, FaultKind, Part } from './types.ts';

const hour = 3_600_000;

/** As a full disk shows itself to those who publish: no byte more. */
function full(stream: string, part: Part, roomBytes: number): Omit<DrawnFault, 'kind'> {
  let restore: (() => Promise<unknown>) | undefined;
  return {
    holds: [part, 'nats'],
    words: `room for ${roomBytes} more bytes`,
    begin: async ({ link }) => {
      restore ??= await limitStream(link, stream, roomBytes);
    },
    end: async () => {
      await restore?.();
      restore = undefined;
    },
  };
}

/** The consumer makes a stream that is gone, and the app fills it again from its outbox when it is started next. */
function lose(take: (link: NatsLink, stream: string) => Promise<unknown>, words: string): Omit<DrawnFault, 'kind'> {
  return {
    holds: ['stream', 'nats', 'publisher'],
    words: `${words}; the app is started again`,
    begin: async ({ link }) => {
      await take(link, streamName);
    },
    end: async ({ publisher }) => {
      await publisher.kill();
      publisher.start();
    },
  };
}

/** After these an event may be recorded a second time, later. */
export const losingFaults = {
  'stream purged': () => lose(purgeStream, 'emptied'),
  'stream deleted': () => lose(deleteStream, 'with its consumer'),
} as const satisfies Record<string, FaultKind>;

/** What happens to the stream itself, and to the clock of the one who writes it. */
export const streamFaults = {
  'full stream': (random) => full(streamName, 'stream', random.int(0, 40_000)),
  'full dead letters': (random) => full(deadLetterStreamName, 'dead_letters', random.int(0, 1_000)),
  ...losingFaults,
  'clock jump': (random) => {
    const clockOffsetMs = random.int(-hour, hour);
    return {
      holds: ['publisher'],
      words: `the app's clock by ${Math.round(clockOffsetMs / 1_000)} s`,
      begin: ({ publisher }) => Promise.resolve(publisher.tell({ clockOffsetMs })),
      end: ({ publisher }) => Promise.resolve(publisher.tell({ clockOffsetMs: 0 })),
    };
  },
} as const satisfies Record<string, FaultKind>;
