import type { VoiceMode, VoiceState } from '../../../../shared/contracts/index.ts';

/** What the engine tells its host about voice; part of `EngineHost`. Audio is base64 of PCM16, mono, 24 kHz. */
export interface VoiceHost {
  /** The developer said something: a message whose words follow by `onTextDelta` and end with `onSpeechDone`. */
  readonly onSpeech: (event: { sessionId: string; messageId: string }) => void;
  /** With an `error` its words are not known. */
  readonly onSpeechDone: (event: {
    sessionId: string;
    messageId: string;
    text: string;
    error?: { code: string; message: string };
  }) => void;
  readonly onAudio: (event: { sessionId: string; messageId: string; base64: string }) => void;
  /** An answer that had ended was cut off while it was played: `text` is what was heard of it. */
  readonly onCut: (event: { sessionId: string; messageId: string; text: string }) => void;
  readonly onVoice: (event: { sessionId: string; state: VoiceState; detail?: string }) => void;
}

/** Voice of all sessions; it is on in one of them at most. Throws AppError. */
export interface EngineVoice {
  /** Resolves when the session listens. */
  readonly start: (options: { sessionId: string; mode: VoiceMode; voice: string }) => Promise<VoiceState>;
  readonly append: (sound: { sessionId: string; base64: string }) => void;
  /** False when too little was said to be a message. */
  readonly commit: (sessionId: string) => Promise<boolean>;
  readonly stop: (sessionId: string) => void;
  readonly heard: (heard: { sessionId: string } & Heard) => void;
  /** In any session. */
  readonly isOn: () => boolean;
}

/** What the window says it has played of an answer. */
export interface Heard {
  readonly messageId: string;
  readonly audioMs: number;
  /** Nothing more of it will be played. */
  readonly interrupted: boolean;
}
