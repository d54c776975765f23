import { AppError } from '../../../shared/errors/index.ts';
import type { Turn } from './turn.ts';

/** The turns of one session, one at a time, in the order in which their messages were typed. */
export interface TurnQueue {
  /**
   * `queue`: after those that are there. `interrupt`: the running turn is stopped, and the messages that wait go into
   * the conversation before this one, to be answered together with it.
   */
  readonly push: (turn: Turn, mode: 'interrupt' | 'queue') => void;
  /** Takes a waiting turn back. */
  readonly remove: (messageId: string) => boolean;
  /** Stops the turn of this message, or takes it back. */
  readonly abandon: (messageId: string) => void;
  readonly isIdle: () => boolean;
  /** Stops the running turn and resolves when it has ended; false when none ran. */
  readonly stop: () => Promise<boolean>;
  /** Stops what runs, gives up what waits. */
  readonly close: () => Promise<void>;
}

const stopped = (): AppError => new AppError('cancelled', 'Stopped by the developer.');

export function makeTurnQueue(options: {
  readonly run: (turn: Turn) => Promise<void>;
  /** A turn was added, or has ended. */
  readonly onChange?: () => void;
}): TurnQueue {
  const waiting: Turn[] = [];
  let running: { readonly turn: Turn; readonly ended: Promise<void> } | null = null;

  function pump(): void {
    if (running !== null) return;
    const turn = waiting.shift();
    if (turn === undefined) return;
    const ended = options.run(turn).finally(() => {
      running = null;
      pump();
      options.onChange?.();
    });
    running = { turn, ended };
  }

  return {
    push(turn, mode) {
      if (mode === 'interrupt') {
        running?.turn.controller.abort(stopped());
        for (const earlier of waiting) earlier.controller.abort(stopped());
      }
      waiting.push(turn);
      pump();
      options.onChange?.();
    },
    remove(messageId) {
      const at = waiting.findIndex((turn) => turn.message.messageId === messageId && !turn.controller.signal.aborted);
      const [turn] = at === -1 ? [] : waiting.splice(at, 1);
      turn?.started.reject(new AppError('cancelled', 'This message was taken back before it was sent.'));
      return turn !== undefined;
    },
    abandon(messageId) {
      if (running?.turn.message.messageId === messageId) running.turn.controller.abort(stopped());
      for (const turn of waiting) if (turn.message.messageId === messageId) turn.controller.abort(stopped());
    },
    isIdle: () => running === null,
    async stop() {
      if (running === null) return false;
      const { turn, ended } = running;
      turn.controller.abort(stopped());
      await ended;
      return true;
    },
    async close() {
      for (const turn of waiting.splice(0)) {
        turn.started.reject(
          new AppError('realtime_unavailable', 'SPARK is closing; your message is kept and can be sent next time.'),
        );
      }
      running?.turn.controller.abort(stopped());
      await running?.ended;
    },
  };
}
