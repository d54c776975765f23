/**
 * Turns sound of any device rate into another rate, piece by piece without a seam. A windowed sinc whose cut-off lies
 * below half of the slower rate: what the slower rate cannot carry is taken away instead of folded back as noise.
 */
export interface Resampler {
  /** The samples that can be known by now; the last few of the input wait for the next piece. */
  readonly push: (input: Float32Array) => Float32Array;
}

/** Zero crossings of the sinc on each side; 16 leave a stop band below -70 dB. */
const crossings = 16;

export function makeResampler(fromHz: number, toHz: number): Resampler {
  if (fromHz === toHz) return { push: (input) => input.slice() };
  const cutoff = Math.min(1, toHz / fromHz) * 0.95;
  const reach = Math.ceil(crossings / cutoff);
  const step = fromHz / toHz;
  let held = new Float32Array(reach);
  /** Where the next output lies in `held`, in input samples. */
  let at = reach;

  return {
    push(input) {
      const all = new Float32Array(held.length + input.length);
      all.set(held);
      all.set(input, held.length);
      const count = Math.max(0, Math.ceil((all.length - reach - at) / step));
      const output = new Float32Array(count);
      for (let index = 0; index < count; index += 1) output[index] = sampleAt(all, at + index * step, cutoff, reach);
      at += count * step;
      const drop = Math.max(0, Math.floor(at) - reach);
      held = all.slice(drop);
      at -= drop;
      return output;
    },
  };
}

function sampleAt(all: Float32Array, position: number, cutoff: number, reach: number): number {
  const first = Math.ceil(position - reach);
  const last = Math.floor(position + reach);
  let sum = 0;
  for (let index = first; index <= last; index += 1) {
    const distance = position - index;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (reach + 1));
    sum += (all[index] ?? 0) * sinc(distance * cutoff) * cutoff * window;
  }
  return sum;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
