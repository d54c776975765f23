import type { Frame } from './framer.ts';
import type { Microphone } from './microphone.ts';
import { makePlayback, type Playback } from './playback.ts';
import type { Speaker } from './speaker.ts';
import type { VoiceDeps } from './voiceTypes.ts';

/** What is heard of a message, in milliseconds of its sound. */
export interface Heard {
  readonly messageId: string;
  readonly audioMs: number;
}

/** The microphone and the loudspeaker of voice while it is on. */
export interface VoiceDevices {
  /** Counts the times that they were let go: who began before the last of them comes too late. */
  readonly attempt: () => number;
  /** Null when they were let go since the attempt `mine`; then nothing is left open. */
  readonly open: (mine: number) => Promise<OpenedDevices | null>;
  /** Ends what is being played and closes both. */
  readonly release: () => void;
  /** Ends what is being played; says what was heard of it. */
  readonly silence: () => void;
  readonly play: (messageId: string, pcm: Int16Array<ArrayBuffer>) => void;
  /** Null is the system's choice. */
  readonly choose: (devices: { input?: string | null; output?: string | null }) => { readonly isOtherInput: boolean };
  /** Plays on the chosen loudspeaker. `detail`: why the answers do not come from it. Null while voice is off. */
  readonly moveSpeaker: () => Promise<{ readonly detail: string | null } | null>;
}

export type OpenedDevices =
  | { readonly kind: 'open'; readonly detail: string | null }
  | { readonly kind: 'denied' | 'no_device' | 'failed'; readonly detail: string | null };

export function makeVoiceDevices(
  options: Pick<VoiceDeps, 'openMicrophone' | 'makeSpeaker'> & {
    readonly onFrame: (frame: Frame) => void;
    readonly onEnded: () => void;
    readonly onHeard: (heard: Heard, interrupted: boolean) => void;
  },
): VoiceDevices {
  let microphone: Microphone | null = null;
  let speaker: Speaker | null = null;
  let playback: Playback | null = null;
  let chosen: { input: string | null; output: string | null } = { input: null, output: null };
  let attempt = 0;

  function silence(): void {
    for (const heard of playback?.stop() ?? []) options.onHeard(heard, true);
  }

  return {
    attempt: () => attempt,
    async open(mine) {
      const { onFrame, onEnded } = options;
      const opened = await options.openMicrophone({ deviceId: chosen.input, onFrame, onEnded });
      if (mine !== attempt) {
        if (opened.kind === 'open') opened.microphone.close();
        return null;
      }
      if (opened.kind !== 'open') {
        return { kind: opened.kind, detail: opened.kind === 'failed' ? opened.detail : null };
      }
      microphone = opened.microphone;
      const output = options.makeSpeaker();
      speaker = output;
      const detail = await playOn(output, chosen.output);
      if (mine !== attempt) return null;
      playback = makePlayback({
        output,
        onHeard: (messageId, audioMs) => options.onHeard({ messageId, audioMs }, false),
      });
      return { kind: 'open', detail };
    },
    release() {
      attempt += 1;
      microphone?.close();
      silence();
      speaker?.close();
      [microphone, speaker, playback] = [null, null, null];
    },
    silence,
    play: (messageId, pcm) => playback?.add(messageId, pcm),
    choose({ input = chosen.input, output = chosen.output }) {
      const isOtherInput = input !== chosen.input;
      chosen = { input, output };
      return { isOtherInput };
    },
    moveSpeaker: async () => (speaker === null ? null : { detail: await playOn(speaker, chosen.output) }),
  };
}

/** Why the answers do not come from the chosen loudspeaker; null when they do. */
async function playOn(speaker: Speaker, deviceId: string | null): Promise<string | null> {
  try {
    await speaker.useDevice(deviceId);
    return null;
  } catch {
    return 'That loudspeaker cannot be used; the answers come from the one before. Choose another under Devices.';
  }
}
