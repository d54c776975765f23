import { z } from 'zod';
import { historyPageSchema, type HistoryQuery } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { HeavyChannel, OpenHeavyChannel } from './channel.ts';
import type { HeavyAnswer } from './serve.ts';
import { runHeavyTask, type HeavyTask } from './tasks.ts';

type HistoryPage = z.output<typeof historyPageSchema>;

/**
 * Decoding pictures and searching the journal, away from the thread that streams answers and serves the window. The other
 * thread (or process) starts with the first task and goes when there was none for a while. When it cannot be had, or dies
 * over a task, that task is done here: slower for a moment, never lost.
 */
export interface HeavyWork {
  /** The picture with at most `edge` pixels on its longer side. Throws when it is no PNG. */
  readonly shrinkPng: (bytes: Uint8Array, edge: number) => Promise<Uint8Array>;
  readonly search: (dataDir: string, query: HistoryQuery) => Promise<HistoryPage>;
  readonly close: () => void;
}

/** Its start costs a few hundred milliseconds of a person who searches. */
const idleMs = 10 * 60_000;

export function makeHeavyWork(options: { readonly open: OpenHeavyChannel; readonly logger: Logger }): HeavyWork {
  const { open, logger } = options;
  const waiting = new Map<number, (answer: HeavyAnswer | 'ended') => void>();
  let channel: HeavyChannel | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;

  function endAll(): void {
    channel = undefined;
    for (const settle of waiting.values()) settle('ended');
    waiting.clear();
  }
  function start(): HeavyChannel {
    const opened = open();
    opened.onAnswer((answer) => {
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    });
    opened.onEnd(() => {
      if (channel === opened) endAll();
    });
    return opened;
  }
  function rest(): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (waiting.size > 0) return;
      const old = channel;
      channel = undefined;
      old?.close();
    }, idleMs);
    idle.unref();
  }
  async function ask(task: HeavyTask): Promise<HeavyAnswer | 'ended'> {
    if (closed) return 'ended';
    try {
      channel ??= start();
      const answer = Promise.withResolvers<HeavyAnswer | 'ended'>();
      const id = (lastId += 1);
      waiting.set(id, answer.resolve);
      channel.post({ id, task });
      rest();
      return await answer.promise;
    } catch (error) {
      logger.warn({ err: error, task: task.kind }, 'heavy work could not be given away');
      return 'ended';
    }
  }
  async function run(task: HeavyTask): Promise<unknown> {
    const answer = await ask(task);
    if (answer !== 'ended' && answer.ok) return answer.value;
    logger.debug({ task: task.kind, why: answer === 'ended' ? 'no other thread' : answer.why }, 'done here instead');
    return await runHeavyTask(task);
  }

  return {
    shrinkPng: async (bytes, edge) => z.instanceof(Uint8Array).parse(await run({ kind: 'shrink_png', bytes, edge })),
    search: async (dataDir, query) => historyPageSchema.parse(await run({ kind: 'search', dataDir, query })),
    close() {
      closed = true;
      clearTimeout(idle);
      const old = channel;
      endAll();
      old?.close();
    },
  };
}
