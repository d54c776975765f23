import type { VoiceView } from '../features/voice/voiceTypes.ts';
import type { GalleryState } from './galleryState.ts';
import { sampleMessage, sampleSnapshot } from './samples.ts';

/** Every state of voice, over a spoken conversation. */
const spoken = sampleSnapshot({
  messages: [
    sampleMessage(0, { role: 'user', text: 'Create a player controller', spoken: true }),
    sampleMessage(1, { text: 'It is there and compiles. Shall I put it on the player', status: 'cancelled' }),
    sampleMessage(2, {
      role: 'user',
      text: '',
      spoken: true,
      error: {
        code: 'realtime_unavailable',
        message: 'The connection was lost before your words were understood. Please say it again.',
      },
    }),
    sampleMessage(3, { role: 'user', text: 'Yes, and make it', spoken: true, status: 'streaming' }),
  ],
});
const during = (voice: Partial<VoiceView>): GalleryState => ({ snapshot: spoken, voice });
const on = { phase: 'on' } as const;

export const voiceStates: Readonly<Record<string, GalleryState>> = {
  voiceStarting: during({ phase: 'starting' }),
  voiceAsking: during({ phase: 'asking', state: 'listening' }),
  voiceDenied: during({ phase: 'denied' }),
  voiceNoDevice: during({ phase: 'no_device' }),
  voiceFailed: during({ phase: 'failed', detail: 'No key for the model is set.' }),
  voiceReady: during({ ...on, state: 'listening' }),
  voiceTalking: during({ ...on, state: 'speech', isTalking: true, level: 0.6 }),
  voiceListening: during({ ...on, mode: 'hands_free', state: 'listening', level: 0.1 }),
  voiceSpeech: during({ ...on, mode: 'hands_free', state: 'speech', level: 0.7 }),
  voiceThinking: during({ ...on, mode: 'hands_free', state: 'thinking' }),
  voiceSpeaking: during({ ...on, mode: 'hands_free', state: 'speaking' }),
  voiceMuted: during({ ...on, mode: 'hands_free', state: 'listening', isMuted: true }),
  voiceLost: during({ ...on, mode: 'hands_free', state: 'reconnecting' }),
  voiceQuiet: during({ phase: 'off', detail: 'Voice is off: nobody spoke for 10 minutes. Turn it on to go on.' }),
};
