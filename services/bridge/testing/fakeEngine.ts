import { setImmediate as nextTick } from 'node:timers/promises';
import { AppError } from '../../../shared/errors/index.ts';
import type { EngineVoice, RealtimeEngine } from '../realtime/types.ts';

/** An engine that takes what it is sent and says in order what it was asked. A queued message stays until `release`. */
export interface FakeEngine extends RealtimeEngine {
  readonly asked: string[];
  readonly sent: Parameters<RealtimeEngine['send']>[0][];
  readonly release: () => void;
}

/** Voice that cannot be turned on. */
export const noVoice: EngineVoice = {
  start: () => Promise.reject(new AppError('realtime_unavailable', 'no voice')),
  append: () => undefined,
  commit: async () => false,
  stop: () => undefined,
  heard: () => undefined,
  isOn: () => false,
};

export function makeFakeEngine(): FakeEngine {
  const asked: string[] = [];
  const sent: Parameters<RealtimeEngine['send']>[0][] = [];
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  return {
    asked,
    sent,
    release() {
      for (const { resolve } of waiting.values()) resolve();
      waiting.clear();
    },
    status: () => ({ kind: 'ready', model: 'm', latencyMs: null }),
    wake: () => undefined,
    async send(message) {
      sent.push(message);
      asked.push(`send ${message.text}`);
      if (message.whileBusy !== 'queue') {
        // What waits is said first, as the engine does it.
        await Promise.all([...waiting.values()].map(({ promise }) => promise));
        return await nextTick();
      }
      const turn = Promise.withResolvers<void>();
      waiting.set(message.messageId, turn);
      await turn.promise;
    },
    retry: async ({ messageId }) => void asked.push(`retry ${messageId}`),
    unqueue({ messageId }) {
      waiting.get(messageId)?.reject(new Error('taken back'));
      return waiting.delete(messageId);
    },
    inform: async ({ text }) => void asked.push(`inform ${text}`),
    cancel: async () => false,
    voice: noVoice,
    close: async () => undefined,
  };
}
