import type { FaultKind } from './types.ts';
import type { World } from '../world.ts';

/** Processes that die at once, or stand still and go on as if nothing had been. */
export const processFaults = {
  'kill consumer': (random) => {
    const victims = random.pick([[0], [1], [0, 1]]);
    return {
      holds: ['consumers'],
      words: victims.map((n) => `consumer-${n + 1}`).join(' and '),
      begin: async ({ consumers }) => {
        await Promise.all(consumers.filter((_, n) => victims.includes(n)).map((consumer) => consumer.kill()));
      },
      end: (world) => startAll(world),
    };
  },
  'stop consumer': (random) => {
    const victim = random.int(0, 1);
    return {
      holds: ['consumers'],
      words: `SIGTERM to consumer-${victim + 1}`,
      begin: async (world) => {
        await world.consumers[victim]?.stop();
      },
      end: (world) => startAll(world),
    };
  },
  'freeze consumer': (random) => {
    const victim = random.int(0, 1);
    return {
      holds: ['consumers'],
      words: `consumer-${victim + 1} stands still`,
      begin: (world) => Promise.resolve(world.consumers[victim]?.freeze()),
      end: (world) => Promise.resolve(world.consumers[victim]?.thaw()),
    };
  },
  'kill publisher': () => ({
    holds: ['publisher'],
    words: '',
    begin: (world) => world.publisher.kill(),
    end: (world) => Promise.resolve(world.publisher.start()),
  }),
  'kill nats': () => ({
    holds: ['nats', 'stream', 'dead_letters'],
    words: '',
    begin: ({ stack }) => stack.nats.kill(),
    end: ({ stack }) => stack.nats.start(),
  }),
  'restart nats': () => ({
    holds: ['nats', 'stream', 'dead_letters'],
    words: 'in order',
    begin: ({ stack }) => stack.nats.stop(),
    end: ({ stack }) => stack.nats.start(),
  }),
  'kill primary': () => ({
    holds: ['primary', 'settings'],
    words: '',
    begin: ({ stack }) => stack.primary.kill(),
    end: ({ stack }) => stack.primary.start(),
  }),
  'kill replica': () => ({
    holds: ['replica'],
    words: '',
    begin: ({ stack }) => stack.replica.kill(),
    end: ({ stack }) => stack.replica.start(),
  }),
  'stop replica': () => ({
    holds: ['replica'],
    words: 'in order',
    begin: ({ stack }) => stack.replica.stop(),
    end: ({ stack }) => stack.replica.start(),
  }),
} as const satisfies Record<string, FaultKind>;

function startAll({ consumers }: World): Promise<void> {
  for (const consumer of consumers) consumer.start();
  return Promise.resolve();
}
