/**
 * The stand-in's voice: a two-tone code, so that what was said really travels as sound. One symbol of 20 ms carries one
 * byte: its high half picks one of 16 tones of the upper band, its low half one of the lower band, like the keys of a
 * telephone. Neighbouring tones lie 100 Hz apart, where a Hann window of 20 ms has its zero, and all lie between 400 and
 * 3,500 Hz, where microphones, resamplers and voice filters leave sound alone.
 */
export const speechRateHz = 24_000;
export const symbolSamples = 480;
export const tonesPerBand = 16;

const spacingHz = 100;
const lowBandHz = 400;
const highBandHz = 2_000;
export const lowToneHz = (half: number): number => lowBandHz + half * spacingHz;
export const highToneHz = (half: number): number => highBandHz + half * spacingHz;

/** Opens every frame; the bytes are far apart in both bands, so a shifted copy does not resemble it. */
export const syncBytes: readonly number[] = [0xe2, 0x1d, 0xb7, 0x48];
