import { decodeSpeech } from '../speech/index.ts';
import { joinPcm, msOf, samplesIn } from './pcm.ts';

/** The audio of conversation items, by item id; an item has one piece of audio. */
export interface Sounds {
  readonly set: (itemId: string, pcm: Int16Array) => void;
  /** More of the model's own speech; ignored once the item was cut. */
  readonly append: (itemId: string, pcm: Int16Array) => void;
  readonly of: (itemId: string) => Int16Array | null;
  readonly durationMs: (itemId: string) => number;
  /** What it says in the stand-in's voice; null when nothing is understood. */
  readonly heard: (itemId: string) => string | null;
  /** Cuts after this time; false when there is less audio than that. */
  readonly truncate: (itemId: string, endMs: number) => boolean;
  readonly wasCut: (itemId: string) => boolean;
  readonly remove: (itemId: string) => void;
}

interface Sound {
  parts: Int16Array[];
  /** Undefined until somebody listens. */
  text: string | null | undefined;
  cut: boolean;
}

export function makeSounds(): Sounds {
  const sounds = new Map<string, Sound>();
  const whole = (sound: Sound): Int16Array => {
    const pcm = joinPcm(sound.parts);
    sound.parts = [pcm];
    return pcm;
  };
  const samplesOf = (sound: Sound | undefined): number => sound?.parts.reduce((sum, part) => sum + part.length, 0) ?? 0;
  return {
    set: (itemId, pcm) => void sounds.set(itemId, { parts: [pcm], text: undefined, cut: false }),
    append(itemId, pcm) {
      const sound = sounds.get(itemId);
      if (sound === undefined) sounds.set(itemId, { parts: [pcm], text: undefined, cut: false });
      else if (!sound.cut) {
        sound.parts.push(pcm);
        sound.text = undefined;
      }
    },
    of(itemId) {
      const sound = sounds.get(itemId);
      return sound === undefined ? null : whole(sound);
    },
    durationMs: (itemId) => msOf(samplesOf(sounds.get(itemId))),
    heard(itemId) {
      const sound = sounds.get(itemId);
      if (sound === undefined) return null;
      if (sound.text === undefined) sound.text = decodeSpeech(whole(sound));
      return sound.text;
    },
    truncate(itemId, endMs) {
      const sound = sounds.get(itemId);
      if (sound === undefined || endMs > msOf(samplesOf(sound))) return false;
      sounds.set(itemId, { parts: [whole(sound).slice(0, samplesIn(endMs))], text: undefined, cut: true });
      return true;
    },
    wasCut: (itemId) => sounds.get(itemId)?.cut === true,
    remove: (itemId) => void sounds.delete(itemId),
  };
}
