import { z } from 'zod';

/** Sound between the window and the bridge is PCM, 16 bit, little endian, mono, at this rate. */
export const voiceRateHz = 24_000;
/** Of one `voice.append`: 100 ms of sound; the window sends 40. */
export const maxVoiceFrameBytes = 4_800;

export const voiceModeSchema = z.enum(['push_to_talk', 'hands_free']);
export type VoiceMode = z.infer<typeof voiceModeSchema>;

/**
 * What voice does in a session: `listening` waits for words, `speech` hears them, `thinking` answers, `speaking` has its
 * answer played. `reconnecting`: nothing is heard until the connection is back.
 */
export const voiceStateSchema = z.enum(['off', 'listening', 'speech', 'thinking', 'speaking', 'reconnecting']);
export type VoiceState = z.infer<typeof voiceStateSchema>;

/** Whole samples in base64. */
export const voiceFrameSchema = z
  .base64()
  .min(4)
  .max(Math.ceil(maxVoiceFrameBytes / 3) * 4)
  .refine((base64) => bytesIn(base64) % 2 === 0, 'half a sample');

/** Bytes that a base64 text stands for. */
export function bytesIn(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
