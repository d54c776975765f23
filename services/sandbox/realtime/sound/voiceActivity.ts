import { samplesIn } from './pcm.ts';

/** Sound is judged in frames of 20 ms. */
const frameSamples = samplesIn(20);
/** So many loud frames in a row are speech: a click is none. */
const framesToStart = 3;
/** Of full scale, at the threshold 1; the default of 0.5 is then -40 dBFS. */
const rmsAtFullThreshold = 0.02 * 32_768;

export type VoiceEvent =
  /** Positions count samples since the session began. */
  | { readonly kind: 'started'; readonly at: number }
  | { readonly kind: 'silent'; readonly at: number; readonly since: number };

/**
 * Energy-based detection of speech. `silent` comes for each silent frame while someone is speaking: whether the turn is
 * over is for the caller to say, by `stop`.
 */
export interface VoiceActivity {
  /** `onEvent` may stop the detection in the middle of the sound. */
  readonly hear: (pcm: Int16Array, onEvent: (event: VoiceEvent) => void) => void;
  readonly stop: () => void;
  readonly speaking: () => boolean;
}

export function makeVoiceActivity(threshold: number, from: number): VoiceActivity {
  let rest = new Int16Array(0);
  let position = from;
  let loud = 0;
  let speaking = false;
  let silentSince: number | null = null;

  function judge(frame: Int16Array): VoiceEvent | null {
    let sum = 0;
    for (const sample of frame) sum += sample * sample;
    const isLoud = Math.sqrt(sum / frame.length) > threshold * rmsAtFullThreshold;
    loud = isLoud ? loud + 1 : 0;
    const begin = position;
    position += frame.length;
    if (isLoud) silentSince = null;
    if (!speaking && loud >= framesToStart) {
      speaking = true;
      return { kind: 'started', at: position - framesToStart * frameSamples };
    }
    if (!speaking || isLoud) return null;
    silentSince ??= begin;
    return { kind: 'silent', at: position, since: silentSince };
  }

  return {
    hear(pcm, onEvent) {
      const all = new Int16Array(rest.length + pcm.length);
      all.set(rest);
      all.set(pcm, rest.length);
      let at = 0;
      for (; at + frameSamples <= all.length; at += frameSamples) {
        const event = judge(all.subarray(at, at + frameSamples));
        if (event !== null) onEvent(event);
      }
      rest = all.slice(at);
    },
    stop() {
      speaking = false;
      silentSince = null;
      loud = 0;
    },
    speaking: () => speaking,
  };
}
