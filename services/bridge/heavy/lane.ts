import { AppError, InvariantError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { HeavyChannel, OpenHeavyChannel } from './channel.ts';
import type { HeavyAnswer } from './serve.ts';
import type { HeavyTask } from './tasks.ts';

/**
 * One other thread (or process) and the tasks that wait for it. It has one task at a time, so that its death is the death
 * of that task alone; it starts with the first and goes when there was none for a while. A task whose thread died is
 * given once more, to a new one. Nothing of it is ever done in this thread: a task that kills its thread, or never ends,
 * would do that to the program.
 */
export interface HeavyLane {
  /**
   * What the task gives. Throws what the task throws; AppError `internal` when two threads died over it or none could be
   * had, `timeout` when it took longer than the limit, `cancelled` when the lane was closed.
   */
  readonly run: (task: HeavyTask) => Promise<unknown>;
  /** Ends the thread and with it every task. */
  readonly close: () => void;
}

export interface HeavyLaneOptions {
  readonly open: OpenHeavyChannel;
  readonly logger: Pick<Logger, 'warn'>;
  /** A task that has not ended by then is ended with its thread. */
  readonly limitMs: number;
  /** How long a thread without a task is kept: its start costs a few hundred milliseconds of a person who waits. */
  readonly idleMs: number;
}

type End = { readonly kind: 'answered'; readonly answer: HeavyAnswer } | { readonly kind: 'died' | 'late' | 'closed' };

export function makeHeavyLane({ open, logger, limitMs, idleMs }: HeavyLaneOptions): HeavyLane {
  let channel: HeavyChannel | undefined;
  let settle: ((end: End) => void) | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let lastId = 0;
  let isClosed = false;

  function start(): HeavyChannel {
    const opened = open();
    opened.onAnswer((answer) => {
      if (channel === opened && answer.id === lastId) settle?.({ kind: 'answered', answer });
    });
    opened.onEnd(() => {
      if (channel !== opened) return;
      channel = undefined;
      settle?.({ kind: 'died' });
    });
    return opened;
  }
  function endThread(): void {
    const old = channel;
    channel = undefined;
    old?.close();
  }

  async function ask(task: HeavyTask): Promise<End> {
    if (isClosed) return { kind: 'closed' };
    const end = Promise.withResolvers<End>();
    try {
      channel ??= start();
    } catch (error) {
      logger.warn({ err: error, task: task.kind }, 'no thread could be had for heavy work');
      return { kind: 'died' };
    }
    clearTimeout(idle);
    const late = setTimeout(() => end.resolve({ kind: 'late' }), limitMs);
    late.unref();
    settle = end.resolve;
    try {
      channel.post({ id: (lastId += 1), task });
      return await end.promise;
    } finally {
      clearTimeout(late);
      settle = undefined;
      idle = setTimeout(endThread, idleMs);
      idle.unref();
    }
  }

  async function give(task: HeavyTask): Promise<unknown> {
    let end = await ask(task);
    if (end.kind === 'died') {
      logger.warn({ task: task.kind }, 'a thread ended over its task; the task is given to a new one');
      end = await ask(task);
    }
    switch (end.kind) {
      case 'answered':
        if (end.answer.ok) return end.answer.value;
        throw toError(end.answer);
      case 'died':
        throw new AppError('internal', `${nameOf(task)} failed: two threads in a row ended over it. ${keptText}`);
      case 'late': {
        endThread();
        const seconds = Math.round(limitMs / 1_000);
        throw new AppError('timeout', `${nameOf(task)} was stopped after ${seconds} s. ${keptText}`);
      }
      case 'closed':
        throw new AppError('cancelled', 'SPARK is closing.');
    }
  }

  return {
    async run(task) {
      const turn = last;
      const done = Promise.withResolvers<void>();
      last = done.promise;
      await turn;
      try {
        return await give(task);
      } finally {
        done.resolve();
      }
    },
    close() {
      isClosed = true;
      clearTimeout(idle);
      settle?.({ kind: 'closed' });
      endThread();
    },
  };
}

const keptText = 'Nothing was changed. Try again; when it happens again, send the log with what you did.';

const names: Readonly<Record<HeavyTask['kind'], string>> = {
  shrink_png: 'Making a picture smaller',
  measure_frame: 'Reading a picture',
  search: 'The search',
  count_lines: 'Comparing two texts',
  find_edits: 'Comparing two texts',
  merge: 'Merging the versions of a text',
  export: 'Exporting the session',
};
const nameOf = ({ kind }: HeavyTask): string => names[kind];

/** An AppError of the task as it was thrown there; anything else is a bug of ours and is told as one. */
function toError({ why, error }: Extract<HeavyAnswer, { ok: false }>): Error {
  if (error === null) return new Error(why);
  const { code, message, data } = error;
  return code === 'invariant' ? new InvariantError(message, { data }) : new AppError(code, message, { data });
}
