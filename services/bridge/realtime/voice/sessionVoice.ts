import type { VoiceState } from '../../../../shared/contracts/index.ts';
import { AppError, DependencyError, toAppError } from '../../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../../shared/node/lifecycle/index.ts';
import { clientEvents, type ServerEvent, type WireError } from '../protocol/index.ts';
import type { SessionLink } from '../sessionLinkTypes.ts';
import type { SessionOptions } from '../sessionOptions.ts';
import type { EngineHost } from '../types.ts';
import { makeAnswersHeard } from './answersHeard.ts';
import type { VoiceSetup } from './audio.ts';
import { makeSpeech } from './speech.ts';
import type { Heard } from './types.ts';

/**
 * Voice of one session. It knows who speaks; what is said goes through the same turns as what is typed. While the model
 * is heard, whoever speaks interrupts it; a call that waits for a decision is never touched by speech.
 */
export interface SessionVoice {
  /** The session's host, listened to: answers that were cut off are kept as far as they were heard. */
  readonly host: EngineHost;
  /** Null while voice is off. */
  readonly setup: () => VoiceSetup | null;
  readonly start: (setup: VoiceSetup) => Promise<VoiceState>;
  readonly append: (base64: string) => void;
  readonly commit: () => Promise<boolean>;
  /** `detail`: why, where the developer did not ask for it. */
  readonly stop: (detail?: string) => void;
  readonly heard: (heard: Heard) => void;
  readonly accept: (event: ServerEvent) => void;
  readonly refuse: (error: WireError) => void;
  /** Another message is to be answered: what is still being played is not listened to any more. */
  readonly hush: () => void;
  readonly onOpened: () => void;
  readonly onLost: () => void;
  /** A turn began or ended. */
  readonly settle: () => void;
}

export interface SessionVoiceOptions extends Pick<SessionOptions, 'sessionId' | 'host' | 'limits' | 'now' | 'logger'> {
  readonly link: Pick<SessionLink, 'open' | 'isOpen' | 'configure' | 'send' | 'backlogBytes'>;
  readonly isIdle: () => boolean;
  /** Stops an answer that is being made; calls that run or wait go on. */
  readonly interrupt: () => void;
  /** The utterance is to be answered. */
  readonly onMessage: (messageId: string) => void;
  /** The turn of this utterance cannot be answered any more. */
  readonly onForgotten: (messageId: string) => void;
}

/** Sound that waits to be sent: about 20 s of it in base64. */
const maxBacklogBytes = 1_280_000;

export function makeSessionVoice(options: SessionVoiceOptions): SessionVoice {
  const { sessionId, link, limits } = options;
  const answers = makeAnswersHeard();
  let setup: VoiceSetup | null = null;
  let told: VoiceState = 'off';
  let isSpeaking = false;
  let isReopening = false;
  let quiet: NodeJS.Timeout | undefined;
  let reopening = new AbortController();

  const host: EngineHost = {
    ...options.host,
    // Read anew each time: its words may follow the settings.
    get tools() {
      return options.host.tools;
    },
    onTextDelta(event) {
      answers.said(event.messageId, event.delta);
      options.host.onTextDelta(event);
    },
    onAudio(event) {
      if (setup === null || !answers.sound(event.messageId, event.base64)) return;
      options.host.onAudio(event);
      settle();
    },
    onAssistantDone(event) {
      const heard = answers.ended(event.messageId, event.text);
      options.host.onAssistantDone(heard === null ? event : { ...event, text: heard, status: 'cancelled' });
      settle();
    },
  };
  const speech = makeSpeech({
    sessionId,
    host: options.host,
    send: link.send,
    onMessage(messageId) {
      isSpeaking = false;
      options.onMessage(messageId);
      settle();
    },
  });

  function stateNow(): VoiceState {
    if (setup === null) return 'off';
    if (!link.isOpen()) return 'reconnecting';
    if (isSpeaking) return 'speech';
    if (answers.isPlaying()) return 'speaking';
    return options.isIdle() ? 'listening' : 'thinking';
  }

  function settle(detail?: string): void {
    const state = stateNow();
    if (state === told && detail === undefined) return;
    told = state;
    options.host.onVoice({ sessionId, state, ...(detail === undefined ? {} : { detail }) });
  }

  function beginSpeech(): void {
    stayOn();
    if (isSpeaking) return;
    isSpeaking = true;
    options.interrupt();
    settle();
    // The window stops what it plays at `speech` and says how much of it was heard.
    answers.hush();
  }

  /** A microphone that nobody speaks into does not stay open for ever. */
  function stayOn(): void {
    clearTimeout(quiet);
    if (setup === null) return;
    const minutes = Math.round(limits.idleMs / 60_000);
    quiet = setTimeout(() => {
      if (options.isIdle()) stop(`Voice is off: nobody spoke for ${minutes} minutes. Turn it on to go on.`);
      else stayOn();
    }, limits.idleMs);
    quiet.unref();
  }

  function stop(detail?: string): void {
    if (setup === null) return;
    clearTimeout(quiet);
    reopening.abort();
    speech.clear();
    setup = null;
    isSpeaking = false;
    answers.hush();
    link.configure();
    settle(detail);
  }

  /** A lost connection comes back by itself while voice is on; a turn that runs makes its own. */
  async function reopen(): Promise<void> {
    if (isReopening) return;
    isReopening = true;
    reopening = new AbortController();
    const { signal } = reopening;
    const deadline = options.now() + limits.reconnectWindowMs;
    try {
      for (let attempt = 0; setup !== null && !link.isOpen() && options.isIdle(); attempt += 1) {
        await waitMs(backoffMs(attempt, { baseMs: limits.reconnectBaseMs }), signal);
        try {
          if (setup !== null && options.isIdle()) await link.open();
        } catch (error) {
          const isFinal = error instanceof DependencyError && !error.retryable;
          if (isFinal || options.now() > deadline) stop(`Voice is off. ${toAppError(error).message}`);
        }
      }
    } finally {
      isReopening = false;
    }
  }

  return {
    host,
    setup: () => setup,
    async start(wanted) {
      const before = setup;
      setup = wanted;
      try {
        await link.open();
      } catch (error) {
        setup = before;
        throw error;
      }
      isSpeaking = false;
      stayOn();
      settle();
      return stateNow();
    },
    append(base64) {
      if (setup === null) {
        throw new AppError('invalid_input', 'Voice is off in this session, so nothing is heard. Turn it on first.');
      }
      if (link.backlogBytes() > maxBacklogBytes) {
        throw new AppError(
          'realtime_unavailable',
          'The connection to the model is too slow for sound. What you typed is not affected.',
        );
      }
      if (!link.isOpen()) return;
      speech.append(base64);
      if (setup.mode === 'push_to_talk') beginSpeech();
    },
    async commit() {
      if (setup === null) return false;
      const taken = await speech.commit();
      if (!taken) isSpeaking = false;
      settle();
      return taken;
    },
    stop,
    heard(heard) {
      const cut = answers.heard(heard);
      if (cut !== null) {
        const { messageId, text, truncateMs } = cut;
        if (truncateMs !== null) link.send(clientEvents.truncateItem(messageId, 0, truncateMs));
        if (cut.hasEnded) options.host.onCut({ sessionId, messageId, text });
      }
      settle();
    },
    accept(event) {
      if (event.type === 'input_audio_buffer.speech_started') beginSpeech();
      else if (event.type === 'input_audio_buffer.speech_stopped') {
        isSpeaking = false;
        settle();
      } else speech.accept(event);
    },
    refuse: speech.refuse,
    hush() {
      answers.hush();
      settle();
    },
    onOpened: () => settle(),
    onLost() {
      isSpeaking = false;
      answers.lose();
      for (const messageId of speech.lose()) options.onForgotten(messageId);
      settle();
      void reopen();
    },
    settle() {
      stayOn();
      settle();
      if (setup !== null && !link.isOpen()) void reopen();
    },
  };
}
