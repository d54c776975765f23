import type { VoiceView } from './voiceTypes.ts';

/** What voice does now, in words; where it cannot go on, what to do. */
export function describe({ phase, state, mode, isMuted, detail }: VoiceView): string {
  switch (phase) {
    case 'off':
      return detail ?? '';
    case 'starting':
      return 'Connecting…';
    case 'asking':
      return 'Allow the microphone in the question of your browser or system.';
    case 'denied':
      return 'SPARK may not use the microphone. Allow it in the site or system settings, then turn voice on again. Typing works as before.';
    case 'no_device':
      return detail ?? 'No microphone was found. Connect one and turn voice on again. Typing works as before.';
    case 'failed':
      return `Voice could not be turned on. ${detail ?? ''} Typing works as before.`;
    case 'on':
      break;
  }
  if (detail !== null) return detail;
  if (state === 'reconnecting') return 'Connection lost; it is being made again. Nothing is heard meanwhile.';
  if (isMuted) return 'Muted';
  switch (state) {
    case 'off':
    case 'listening':
      return mode === 'hands_free' ? 'Listening' : 'Ready';
    case 'speech':
      return 'Hearing you';
    case 'thinking':
      return 'Thinking';
    case 'speaking':
      return 'Speaking';
  }
}
