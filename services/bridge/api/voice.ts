import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { bringBack } from './session.ts';
import type { ApiParts } from './types.ts';

type VoiceParts = Pick<ApiParts, 'journal' | 'engine' | 'settings' | 'views'>;

/** The window's microphone and loudspeaker. */
export function voiceRoutes(
  parts: VoiceParts,
): Pick<ApiHandlers, 'voice.start' | 'voice.append' | 'voice.commit' | 'voice.stop' | 'voice.heard'> {
  const { engine, settings } = parts;
  return {
    'voice.start': async ({ sessionId, mode }) => {
      bringBack(parts, sessionId);
      const { voice } = settings.conversation().voice;
      return { state: await engine.voice.start({ sessionId, mode, voice }) };
    },
    'voice.append': async (sound) => {
      engine.voice.append(sound);
      return {};
    },
    'voice.commit': async ({ sessionId }) => ({ taken: await engine.voice.commit(sessionId) }),
    'voice.stop': async ({ sessionId }) => {
      engine.voice.stop(sessionId);
      return {};
    },
    'voice.heard': async (heard) => {
      engine.voice.heard(heard);
      return {};
    },
  };
}
