import type { MessageView } from '../../shared/contracts/index.ts';
import type { Push } from './functions/index.ts';
import type { JournalTables } from './journal/index.ts';
import type { VoiceHost } from './realtime/types.ts';

/** Voice in the journal and the window: what was said is a message as if it had been typed, sound is never kept. */
export function makeVoiceHost(options: {
  readonly journal: JournalTables;
  readonly push: Push;
  readonly pushMessage: (message: MessageView) => void;
  /** The words of a message are known; the first of a session name it. */
  readonly onWords: (sessionId: string, text: string) => void;
}): VoiceHost {
  const { journal, push, pushMessage } = options;
  let playing = { messageId: '', sequence: 0 };

  return {
    onSpeech({ sessionId, messageId }) {
      if (journal.messages.get(sessionId, messageId) !== null) return;
      const said = { role: 'user', text: '', status: 'streaming', spoken: true } as const;
      pushMessage(journal.messages.insert({ sessionId, messageId, ...said }));
    },
    onSpeechDone({ sessionId, messageId, text, error }) {
      pushMessage(journal.messages.finish(sessionId, messageId, { text, status: 'complete', error: error ?? null }));
      if (text !== '') options.onWords(sessionId, text);
    },
    onAudio({ sessionId, messageId, base64 }) {
      const sequence = playing.messageId === messageId ? playing.sequence + 1 : 0;
      playing = { messageId, sequence };
      push({ name: 'voice.audio', payload: { sessionId, messageId, sequence, base64 } });
    },
    onCut({ sessionId, messageId, text }) {
      if (journal.messages.get(sessionId, messageId) === null) return;
      pushMessage(journal.messages.finish(sessionId, messageId, { text, status: 'cancelled' }));
    },
    onVoice({ sessionId, state, detail }) {
      push({ name: 'voice.changed', payload: { sessionId, state, ...(detail === undefined ? {} : { detail }) } });
    },
  };
}
