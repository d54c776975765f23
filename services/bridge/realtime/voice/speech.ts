import { randomUUID } from 'node:crypto';
import { bytesIn, voiceRateHz } from '../../../../shared/contracts/index.ts';
import { clientEvents, type ClientEvent, type ServerEvent, type WireError } from '../protocol/index.ts';
import type { EngineHost } from '../types.ts';
import { toTranscriptionUsage } from '../usage.ts';
import { transcriptionModel } from './audio.ts';

/**
 * What the developer says: sound goes to the service, and what it takes as one utterance becomes one message, whose words
 * are filled in as they are understood. State is keyed by item ids; words may come long after the answer has begun.
 */
export interface Speech {
  readonly append: (base64: string) => void;
  /** Resolves with false when that was too little, or the service did not take it. */
  readonly commit: () => Promise<boolean>;
  /** Forgets what was said since the last time. */
  readonly clear: () => void;
  readonly accept: (event: ServerEvent) => void;
  readonly refuse: (error: WireError) => void;
  /** The connection is gone, and with it every word that was not understood yet. Those messages' ids. */
  readonly lose: () => string[];
}

export interface SpeechOptions {
  readonly sessionId: string;
  readonly host: Pick<EngineHost, 'onSpeech' | 'onSpeechDone' | 'onTextDelta' | 'onUsage'>;
  /** False when there is no connection. */
  readonly send: (event: ClientEvent) => boolean;
  /** An utterance is in the conversation and is to be answered. */
  readonly onMessage: (messageId: string) => void;
}

/** The service takes no less. */
export const minSpeechMs = 100;

const notUnderstood = {
  code: 'realtime_rejected',
  message: 'SPARK heard you, but your words could not be written down. The model has the sound of them.',
};
const lostWords = {
  code: 'realtime_unavailable',
  message: 'The connection was lost before your words were understood. Please say it again.',
};

export function makeSpeech(options: SpeechOptions): Speech {
  const { sessionId, host, send } = options;
  /** Utterances whose words are not all there. */
  const open = new Set<string>();
  const commits = new Map<string, (taken: boolean) => void>();
  let pendingMs = 0;

  function settleCommit(eventId: string, taken: boolean): void {
    commits.get(eventId)?.(taken);
    commits.delete(eventId);
  }
  function clear(): void {
    if (pendingMs > 0) send(clientEvents.clearAudio());
    pendingMs = 0;
  }

  function finish(messageId: string, text: string): void {
    if (!open.delete(messageId)) return;
    host.onSpeechDone({ sessionId, messageId, text, ...(text === '' ? { error: notUnderstood } : {}) });
  }

  return {
    append(base64) {
      if (send(clientEvents.appendAudio(base64))) pendingMs += (bytesIn(base64) / 2 / voiceRateHz) * 1_000;
    },
    async commit() {
      if (pendingMs < minSpeechMs) {
        clear();
        return false;
      }
      pendingMs = 0;
      const eventId = `evt_${randomUUID()}`;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      commits.set(eventId, resolve);
      if (!send(clientEvents.commitAudio(eventId))) settleCommit(eventId, false);
      return await promise;
    },
    clear,
    accept(event) {
      if (event.type === 'input_audio_buffer.committed') {
        pendingMs = 0;
        open.add(event.item_id);
        host.onSpeech({ sessionId, messageId: event.item_id });
        options.onMessage(event.item_id);
        // Commits are confirmed in their order.
        const [first] = commits.keys();
        if (first !== undefined) settleCommit(first, true);
      } else if (event.type === 'conversation.item.input_audio_transcription.delta') {
        const { item_id: messageId, delta } = event;
        if (open.has(messageId) && delta !== '') host.onTextDelta({ sessionId, messageId, delta });
      } else if (event.type === 'conversation.item.input_audio_transcription.completed') {
        const { item_id: messageId, usage } = event;
        if (usage != null) {
          host.onUsage({ sessionId, messageId, usage: toTranscriptionUsage(messageId, transcriptionModel, usage) });
        }
        finish(messageId, event.transcript.trim());
      } else if (event.type === 'conversation.item.input_audio_transcription.failed') {
        finish(event.item_id, '');
      }
    },
    refuse(error) {
      if (typeof error.event_id === 'string') settleCommit(error.event_id, false);
    },
    lose() {
      pendingMs = 0;
      for (const eventId of commits.keys()) settleCommit(eventId, false);
      const lost = [...open];
      open.clear();
      for (const messageId of lost) host.onSpeechDone({ sessionId, messageId, text: '', error: lostWords });
      return lost;
    },
  };
}
