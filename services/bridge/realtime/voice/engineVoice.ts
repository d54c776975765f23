import type { Session } from '../session.ts';
import type { EngineVoice } from './types.ts';

/** Voice is on in one session at most: there is one microphone. */
export function makeEngineVoice(options: {
  readonly sessions: ReadonlyMap<string, Session>;
  /** Throws AppError `realtime_unavailable`. */
  readonly readySession: (sessionId: string) => Session;
}): EngineVoice {
  const { sessions } = options;
  const isOn = (session: Session): boolean => session.voice.setup() !== null;
  return {
    async start({ sessionId, mode, voice }) {
      const session = options.readySession(sessionId);
      for (const other of sessions.values()) {
        if (other !== session) other.voice.stop('Voice was turned on in another session.');
      }
      return await session.voice.start({ mode, voice });
    },
    append: ({ sessionId, base64 }) => options.readySession(sessionId).voice.append(base64),
    commit: async (sessionId) => (await sessions.get(sessionId)?.voice.commit()) ?? false,
    stop: (sessionId) => sessions.get(sessionId)?.voice.stop(),
    heard: ({ sessionId, ...heard }) => sessions.get(sessionId)?.voice.heard(heard),
    isOn: () => [...sessions.values()].some(isOn),
  };
}
