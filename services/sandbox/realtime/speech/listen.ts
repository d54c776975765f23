import { highToneHz, lowToneHz, speechRateHz, symbolSamples, tonesPerBand } from './tones.ts';

/** One half of a byte as it was heard; `margin` is how much stronger the best tone is than the next (0 to 1). */
export interface HeardHalf {
  readonly best: number;
  readonly second: number;
  readonly margin: number;
}

export interface HeardByte {
  readonly high: HeardHalf;
  readonly low: HeardHalf;
}

interface Tone {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const hann = Float64Array.from(
  { length: symbolSamples },
  (_, at) => Math.sin((Math.PI * (at + 0.5)) / symbolSamples) ** 2,
);
const bandOf = (toneHz: (half: number) => number): Tone[] =>
  Array.from({ length: tonesPerBand }, (_, half) => {
    const step = (2 * Math.PI * toneHz(half)) / speechRateHz;
    return {
      cos: hann.map((weight, at) => weight * Math.cos(step * at)),
      sin: hann.map((weight, at) => weight * Math.sin(step * at)),
    };
  });
const lowBand = bandOf(lowToneHz);
const highBand = bandOf(highToneHz);

/** The byte whose symbol begins at this sample. */
export const byteAt = (pcm: Int16Array, at: number): HeardByte => ({
  high: strongest(pcm, at, highBand),
  low: strongest(pcm, at, lowBand),
});

/** How much of the sound of this symbol is the two tones of `byte`: 1 is all of it, 0 nothing. */
export function shareOf(pcm: Int16Array, at: number, byte: number): number {
  let energy = 0;
  for (let n = 0; n < symbolSamples; n += 1) {
    const sample = (pcm[at + n] ?? 0) * (hann[n] ?? 0);
    energy += sample * sample;
  }
  const low = lowBand[byte & 15];
  const high = highBand[byte >> 4];
  if (energy === 0 || low === undefined || high === undefined) return 0;
  // A pure tone under a Hann window of N samples has the power of its energy times N / 3.
  return (power(pcm, at, low) + power(pcm, at, high)) / (energy * (symbolSamples / 3));
}

function strongest(pcm: Int16Array, at: number, band: readonly Tone[]): HeardHalf {
  const powers = band.map((tone) => power(pcm, at, tone));
  const order = powers.map((_, half) => half).sort((a, b) => (powers[b] ?? 0) - (powers[a] ?? 0));
  const [best = 0, second = 1] = order;
  const first = powers[best] ?? 0;
  return { best, second, margin: first === 0 ? 0 : 1 - (powers[second] ?? 0) / first };
}

function power(pcm: Int16Array, at: number, tone: Tone): number {
  let real = 0;
  let imaginary = 0;
  for (let n = 0; n < symbolSamples; n += 1) {
    const sample = pcm[at + n] ?? 0;
    real += sample * (tone.cos[n] ?? 0);
    imaginary += sample * (tone.sin[n] ?? 0);
  }
  return real * real + imaginary * imaginary;
}
