import { AppError } from '../../../shared/errors/index.ts';
import type { Flows, Wait } from './flow.ts';

/**
 * One at a time, in the order of arrival. Unity's plugin works on one command at a time and still carries out what it
 * reads late, so a second call in flight would only age in its socket.
 *
 * Writes are held while the editor cannot take them (a build, an open dialog, play mode, tests); reads pass them then, but not while the
 * outcome of a write is unknown, because a read would show a state that may not stay. Looks at the editor, and the reads
 * that settle a write, pass everything. Bounded, so that a blocked editor cannot pile up work; a waiting entry says what
 * it waits for and can be cancelled, a running one ends by its own signal.
 */
export interface Queue {
  /** Rejects with `unity_busy` when full, `cancelled` when aborted or closed while waiting (data: `waitedFor`). */
  readonly run: <T>(work: () => Promise<T>, signal?: AbortSignal, kind?: QueueKind) => Promise<T>;
  /** Running and waiting. */
  readonly size: () => number;
  readonly isRunning: () => boolean;
  /** Why writes must wait now (`Unity: building`); null lets them go on. */
  readonly hold: (reason: string | null) => void;
  /** Refuses new work, cancels what waits, resolves when what runs has ended. */
  readonly close: () => Promise<void>;
}

export type QueueKind = 'read' | 'write' | 'look';

interface Waiting {
  readonly kind: QueueKind;
  readonly start: () => void;
  readonly refuse: (error: AppError) => void;
  readonly changed: () => void;
}

export function makeQueue(options: {
  readonly limit: number;
  readonly flows?: Flows;
  /** Whether the outcome of some write is unknown now. */
  readonly isUnsettled?: () => boolean;
  /** Of work that names none; default `read`. */
  readonly kind?: QueueKind;
}): Queue {
  const { flows, isUnsettled = () => false } = options;
  const waiting: Waiting[] = [];
  let running = false;
  let closed = false;
  let held: string | null = null;
  let idle: (() => void) | undefined;

  function next(): void {
    if (running) return;
    const entry = pick();
    if (entry === undefined) {
      if (waiting.length === 0) idle?.();
      return;
    }
    waiting.splice(waiting.indexOf(entry), 1);
    running = true;
    entry.start();
    for (const left of waiting) left.changed();
  }

  function pick(): Waiting | undefined {
    const look = waiting.find(({ kind }) => kind === 'look');
    if (look !== undefined || held === null) return look ?? waiting[0];
    const [first] = waiting;
    if (first?.kind === 'write' && isUnsettled()) return undefined;
    return waiting.find(({ kind }) => kind === 'read');
  }

  function turn(signal: AbortSignal | undefined, kind: QueueKind): Promise<void> {
    if (!running && waiting.length === 0 && (kind !== 'write' || held === null)) {
      running = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const heldBy = held !== null && kind === 'write' ? held : undefined;
        waiting.splice(waiting.indexOf(entry), 1);
        wait?.over();
        reject(cancelled(heldBy));
        for (const left of waiting) left.changed();
      };
      const settled = (): void => {
        signal?.removeEventListener('abort', leave);
        wait?.over();
      };
      const entry: Waiting = {
        kind,
        start() {
          settled();
          resolve();
        },
        refuse(error) {
          settled();
          reject(error);
        },
        changed: () => wait?.changed(),
      };
      waiting.push(entry);
      signal?.addEventListener('abort', leave, { once: true });
      const wait: Wait | undefined = flows?.wait(() => reasonOf(entry));
      next();
    });
  }

  function reasonOf(entry: Waiting): string {
    const ahead = waiting.indexOf(entry) + (running ? 1 : 0);
    if (held !== null && (entry.kind === 'write' || !running)) return `waits for ${held}`;
    return `behind ${ahead} ${ahead === 1 ? 'call' : 'calls'}`;
  }

  return {
    async run(work, signal, kind = options.kind ?? 'read') {
      if (closed || signal?.aborted === true) throw cancelled();
      if (waiting.length >= options.limit) {
        throw new AppError(
          'unity_busy',
          `${waiting.length} calls wait for Unity already. Nothing was sent; wait for some of them to end, or cancel them.`,
          { data: { waiting: waiting.length } },
        );
      }
      await turn(signal, kind);
      try {
        return await work();
      } finally {
        running = false;
        next();
        if (!running && waiting.length === 0) idle?.();
      }
    },
    size: () => waiting.length + (running ? 1 : 0),
    isRunning: () => running,
    hold(reason) {
      if (reason === held) return;
      held = reason;
      next();
      for (const left of waiting) left.changed();
    },
    async close() {
      closed = true;
      for (const entry of waiting.splice(0)) entry.refuse(cancelled());
      if (running) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
}

/** `waitedFor`: what held it back until then. */
const cancelled = (waitedFor?: string): AppError =>
  new AppError('cancelled', 'Cancelled before it was sent to Unity.', {
    data: waitedFor === undefined ? {} : { waitedFor },
  });
