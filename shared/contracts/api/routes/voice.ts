import { z } from 'zod';
import { voiceFrameSchema, voiceModeSchema, voiceStateSchema } from '../voice.ts';
import { command, nothing, ofMessage, ofSession } from './define.ts';

/** Talking to a session. */
export const voiceRoutes = {
  /** Turns voice on in a session, and off in any other. Resolves when it listens. */
  'voice.start': command(ofSession.extend({ mode: voiceModeSchema }), z.object({ state: voiceStateSchema })),
  /** Some of what the microphone heard, in order; refused while voice is off. */
  'voice.append': command(ofSession.extend({ base64: voiceFrameSchema }), nothing),
  /** What was said since the last time is a message. `taken` is false when that was too little to be one. */
  'voice.commit': command(ofSession, z.object({ taken: z.boolean() })),
  'voice.stop': command(ofSession, nothing),
  /** How much of a spoken answer was played, in milliseconds; of one that was interrupted the rest is taken back. */
  'voice.heard': command(
    ofMessage.extend({ audioMs: z.int().nonnegative().max(3_600_000), interrupted: z.boolean() }),
    nothing,
  ),
} as const;
