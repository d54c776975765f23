import { joinPcm } from './pcm.ts';

/** The input audio buffer. Positions count samples since the session began, whatever was committed or cleared since. */
export interface InputBuffer {
  readonly append: (pcm: Int16Array) => void;
  /** Position after the last sample. */
  readonly end: () => number;
  /** Samples that wait to be committed. */
  readonly length: () => number;
  /** What lies between two positions, as far as it is still held. */
  readonly slice: (from: number, to: number) => Int16Array;
  /** Forgets what lies before a position. */
  readonly dropBefore: (position: number) => void;
}

export function makeInputBuffer(): InputBuffer {
  let parts: Int16Array[] = [];
  let start = 0;
  let end = 0;
  return {
    append(pcm) {
      parts.push(pcm);
      end += pcm.length;
    },
    end: () => end,
    length: () => end - start,
    slice(from, to) {
      const whole = joinPcm(parts);
      parts = [whole];
      return whole.slice(Math.max(0, from - start), Math.max(0, to - start));
    },
    dropBefore(position) {
      if (position <= start) return;
      let left = Math.min(position, end) - start;
      start += left;
      while (left > 0) {
        const [first] = parts;
        if (first === undefined) return;
        if (first.length > left) parts[0] = first.slice(left);
        else parts.shift();
        left -= Math.min(left, first.length);
      }
    },
  };
}
