import { makeResampler } from './resampler.ts';

/** 40 ms at 24 kHz. */
export const frameSamples = 960;
export const frameRateHz = 24_000;

export interface Frame {
  /** PCM, 16 bit; 40 ms, less at the end of what was said. */
  readonly pcm: Int16Array<ArrayBuffer>;
  /** 0 to 1, the loudest sample. */
  readonly level: number;
}

/** Makes frames of equal length out of what a device delivers. */
export function makeFramer(deviceHz: number): {
  readonly push: (input: Float32Array) => Frame[];
  /** What waits for a whole frame. */
  readonly flush: () => Frame[];
} {
  const resampler = makeResampler(deviceHz, frameRateHz);
  let waiting = new Float32Array(0);
  return {
    push(input) {
      const made = resampler.push(input);
      const all = new Float32Array(waiting.length + made.length);
      all.set(waiting);
      all.set(made, waiting.length);
      const frames: Frame[] = [];
      let at = 0;
      for (; at + frameSamples <= all.length; at += frameSamples)
        frames.push(toFrame(all.subarray(at, at + frameSamples)));
      waiting = all.slice(at);
      return frames;
    },
    flush() {
      const rest = waiting;
      waiting = new Float32Array(0);
      return rest.length === 0 ? [] : [toFrame(rest)];
    },
  };
}

function toFrame(samples: Float32Array): Frame {
  const pcm = new Int16Array(samples.length);
  let level = 0;
  for (const [index, sample] of samples.entries()) {
    const limited = Math.max(-1, Math.min(1, sample));
    pcm[index] = Math.round(limited * 32_767);
    level = Math.max(level, Math.abs(limited));
  }
  return { pcm, level };
}
