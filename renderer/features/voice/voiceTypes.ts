import type { StoreApi } from 'zustand/vanilla';
import type { ApiClient, VoiceMode, VoiceState } from '../../../shared/contracts/api/index.ts';
import type { OpenMicrophone } from './microphone.ts';
import type { Speaker } from './speaker.ts';

/** What the person sees of voice. `on` and below: the microphone belongs to `sessionId`. */
export interface VoiceView {
  readonly phase: 'off' | 'starting' | 'asking' | 'on' | 'denied' | 'no_device' | 'failed';
  readonly sessionId: string | null;
  readonly mode: VoiceMode;
  /** As the bridge says it. */
  readonly state: VoiceState;
  readonly isMuted: boolean;
  /** Push-to-talk: what is said now is sent. */
  readonly isTalking: boolean;
  /** 0 to 1. */
  readonly level: number;
  /** Why, for a person; null when there is nothing to say. */
  readonly detail: string | null;
}

export interface VoiceHandle {
  readonly store: StoreApi<VoiceView>;
  readonly start: (sessionId: string, mode: VoiceMode) => Promise<void>;
  readonly stop: () => void;
  /** Push-to-talk; the other mode ignores it. */
  readonly talk: (isTalking: boolean) => void;
  readonly mute: (isMuted: boolean) => void;
  /** Ends what is being played. */
  readonly silence: () => void;
  /** Takes another microphone or loudspeaker; null is the system's choice. */
  readonly takeDevices: (devices: { input?: string | null; output?: string | null }) => Promise<void>;
}

export interface VoiceDeps {
  readonly client: ApiClient;
  readonly openMicrophone: OpenMicrophone;
  readonly makeSpeaker: () => Speaker;
}
