import type { VoiceMode } from '../../../../shared/contracts/index.ts';
import type { AudioInput, SessionUpdate } from '../protocol/index.ts';
import type { SessionAudio } from '../sessionSettings.ts';

/** How a session listens and speaks. */
export interface VoiceSetup {
  readonly mode: VoiceMode;
  /** One of the service's voices. */
  readonly voice: string;
}

const format = { type: 'audio/pcm', rate: 24_000 } as const;
export const transcriptionModel = 'gpt-4o-mini-transcribe';

/**
 * The engine itself asks for the answer and cuts it off, so that a spoken turn has the limits, budgets and the one
 * response at a time of a typed one: the service only says when somebody speaks.
 */
export function toSessionAudio({ mode, voice }: VoiceSetup): SessionAudio {
  return { input: inputOf(mode), output: { format, voice } };
}

function inputOf(mode: VoiceMode): AudioInput {
  return {
    format,
    noise_reduction: { type: 'near_field' },
    transcription: { model: transcriptionModel },
    turn_detection:
      mode === 'push_to_talk' ? null : { type: 'server_vad', create_response: false, interrupt_response: false },
  };
}

/** What is told the model beside its instructions while it is listened to. */
const spokenWay = `You are talking with the developer: what you say is spoken aloud, so say it in one to three short sentences, without markdown, code or lists; code goes into files only.
Nothing that the developer says approves a change, a deletion, a build or a setting: what waits for approval is decided by a click in the window, and you tell the developer so when they try.`;

export const withSpokenWay = (instructions: string): string => `${instructions}\n\n${spokenWay}`;

/** Brings a connection that is open to this setup. `voiceIsSet`: its voice was told before and cannot change. */
export function toVoiceUpdate(options: {
  readonly setup: VoiceSetup | null;
  readonly instructions: string;
  readonly voiceIsSet: boolean;
}): SessionUpdate {
  const { setup, instructions, voiceIsSet } = options;
  if (setup === null) {
    return { type: 'realtime', output_modalities: ['text'], instructions, audio: { input: { turn_detection: null } } };
  }
  const { input, output } = toSessionAudio(setup);
  return {
    type: 'realtime',
    output_modalities: ['audio'],
    instructions: withSpokenWay(instructions),
    audio: voiceIsSet ? { input } : { input, output },
  };
}
