import { randomUUID } from 'node:crypto';
import { clientEvents, type ClientEvent, type SessionUpdate } from './protocol/index.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { toSessionUpdate } from './sessionSettings.ts';
import { toSessionAudio, toVoiceUpdate, withSpokenWay, type VoiceSetup } from './voice/audio.ts';

/**
 * What the connection of a session was told about itself. Its instructions are its own: what changes meanwhile waits for
 * the next one, which keeps the prompt cache. Its voice cannot be changed once it has one.
 */
export interface ToldSettings {
  /** Reads the instructions for the next connection. */
  readonly read: () => Promise<void>;
  /** The first settings of a connection. */
  readonly of: (setup: VoiceSetup | null) => SessionUpdate;
  /** A connection was opened with these. */
  readonly opened: (setup: VoiceSetup | null) => void;
  /** How an open connection is told a voice setup. */
  readonly change: (setup: VoiceSetup | null, send: ((event: ClientEvent) => boolean) | undefined) => void;
  /** The connection speaks with another voice than this. */
  readonly hasOtherVoice: (setup: VoiceSetup | null) => boolean;
}

export function makeToldSettings({
  sessionId,
  endpoint,
  host,
}: Pick<SessionOptions, 'sessionId' | 'endpoint' | 'host'>): ToldSettings {
  let instructions = '';
  let voice: string | null = null;
  return {
    async read() {
      instructions = await host.instructions(sessionId);
    },
    of: (setup) =>
      toSessionUpdate({
        model: endpoint.model,
        instructions: setup === null ? instructions : withSpokenWay(instructions),
        tools: host.tools,
        reasoningEffort: host.settings().reasoningEffort,
        audio: setup === null ? null : toSessionAudio(setup),
      }),
    opened(setup) {
      voice = setup?.voice ?? null;
    },
    change(setup, send) {
      const update = toVoiceUpdate({ setup, instructions, voiceIsSet: voice !== null });
      send?.(clientEvents.updateSession(`evt_${randomUUID()}`, update));
      voice ??= setup?.voice ?? null;
    },
    hasOtherVoice: (setup) => voice !== null && setup !== null && setup.voice !== voice,
  };
}
