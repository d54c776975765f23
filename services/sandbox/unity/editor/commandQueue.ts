import { setTimeout as sleep } from 'node:timers/promises';
import { EditorDisconnected, type EditorConnection } from './connection.ts';
import type { ArmedFault, FaultSwitches } from './faults.ts';
import { textOf, type PluginCommand, type PluginReply } from './reply.ts';

/**
 * One command at a time, in the order of arrival, as the plugin's receive loop does. A command whose caller gave up is
 * still carried out. A command that waits unread when the socket drops is lost; one at work is carried out, its reply is
 * lost.
 */
export interface CommandQueue {
  /** Rejects with EditorDisconnected when the socket is closed or drops before the reply. */
  readonly execute: (command: PluginCommand) => Promise<PluginReply>;
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly isFrozen: () => boolean;
  /** Resolves when no command is at work; one that waits for a compile does not count. */
  readonly whenQuiet: () => Promise<void>;
}

export interface CommandContext {
  /** Marks the command as waiting for Unity itself (a compile), so that a domain reload may pass it. */
  readonly waitOutside: (work: Promise<void>) => Promise<void>;
}

export function makeCommandQueue(options: {
  readonly connection: EditorConnection;
  readonly faults: FaultSwitches;
  readonly run: (command: PluginCommand, context: CommandContext) => Promise<PluginReply>;
  readonly reload: () => Promise<void>;
}): CommandQueue {
  const { connection, faults } = options;
  let tail: Promise<unknown> = Promise.resolve();
  let thawed: Promise<void> = Promise.resolve();
  let thaw: (() => void) | undefined;
  let busy = 0;
  let quietWaiters: (() => void)[] = [];

  const enter = (): void => {
    busy += 1;
  };
  const leave = (): void => {
    busy -= 1;
    if (busy > 0) return;
    const waiters = quietWaiters;
    quietWaiters = [];
    for (const waiter of waiters) waiter();
  };
  const context: CommandContext = {
    async waitOutside(work) {
      leave();
      try {
        await work;
      } finally {
        enter();
      }
    },
  };

  function dropFor(ms: number): void {
    connection.drop();
    setTimeout(() => connection.restore(), ms).unref();
  }

  async function work(command: PluginCommand, epoch: number): Promise<PluginReply | undefined> {
    await thawed;
    if (connection.epoch() !== epoch) return undefined;
    const fault = faults.take(command.name, textOf(command.params, 'action'));
    enter();
    try {
      return fault === undefined ? await options.run(command, context) : await runFaulty(command, fault);
    } finally {
      leave();
    }
  }

  async function runFaulty(command: PluginCommand, fault: ArmedFault): Promise<PluginReply | undefined> {
    switch (fault.kind) {
      case 'error':
        return { status: 'error', error: fault.error };
      case 'no_answer':
        return undefined;
      case 'drop_before_write':
        dropFor(fault.ms);
        return undefined;
      case 'drop_after_write':
        await options.run(command, context);
        dropFor(fault.ms);
        return undefined;
      case 'domain_reload':
        await options.run(command, context);
        void options.reload();
        return undefined;
      case 'delay':
        await sleep(fault.ms);
        return await options.run(command, context);
      case 'late_write':
        await sleep(fault.ms);
        await options.run(command, context);
        return undefined;
    }
  }

  return {
    execute(command) {
      const sessionId = connection.sessionId();
      const epoch = connection.epoch();
      if (!connection.isOpen()) return Promise.reject(new EditorDisconnected(sessionId));
      return new Promise((resolve, reject) => {
        const stop = connection.onChange((isOpen) => {
          if (isOpen) return;
          stop();
          reject(new EditorDisconnected(sessionId));
        });
        const previous = tail;
        tail = (async () => {
          await previous;
          try {
            const reply = await work(command, epoch);
            if (reply === undefined) return;
            stop();
            resolve(reply);
          } catch (error) {
            stop();
            const message = error instanceof Error ? error.message : String(error);
            resolve({ status: 'error', error: message, command: command.name, stackTrace: null });
          }
        })();
      });
    },
    freeze() {
      if (thaw !== undefined) return;
      thawed = new Promise((resolve) => {
        thaw = resolve;
      });
    },
    thaw() {
      thaw?.();
      thaw = undefined;
    },
    isFrozen: () => thaw !== undefined,
    whenQuiet: () =>
      busy === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            quietWaiters.push(resolve);
          }),
  };
}
