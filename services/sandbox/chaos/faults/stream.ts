import { streamName } from '../../../../shared/contracts/index.ts';
import { limitStream } from '../jetStreamApi.ts';
import type { FaultKind } from './types.ts';

const hour = 3_600_000;

/** What happens to the stream itself, and to the clock of the one who writes it. */
export const streamFaults = {
  'full stream': (random) => {
    const roomBytes = random.int(0, 40_000);
    let restore: (() => Promise<unknown>) | undefined;
    return {
      holds: ['stream', 'nats'],
      words: `room for ${roomBytes} more bytes`,
      begin: async ({ link }) => {
        restore ??= await limitStream(link, streamName, roomBytes);
      },
      end: async () => {
        await restore?.();
        restore = undefined;
      },
    };
  },
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
