import { expect, test } from 'vitest';
import { decodePcm, encodePcm } from './pcm.ts';
import { frameSamples, makeFramer } from './framer.ts';
import { makeResampler } from './resampler.ts';

const tone = (hz: number, rateHz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: rateHz * seconds }, (_, at) => Math.sin((2 * Math.PI * hz * at) / rateHz));
/** In the middle, where neither begin nor end of the sound is felt. */
function loudness(samples: Float32Array): number {
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  return Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length) * Math.SQRT2;
}
/** As the audio thread delivers it: 128 samples at a time. */
function inPieces(samples: Float32Array, push: (piece: Float32Array) => Float32Array): Float32Array {
  const out: number[] = [];
  for (let at = 0; at < samples.length; at += 128) out.push(...push(samples.subarray(at, at + 128)));
  return Float32Array.from(out);
}

test.each([48_000, 44_100, 16_000, 96_000])('a tone of a voice passes from %i Hz as it is', (deviceHz) => {
  const made = inPieces(tone(1_000, deviceHz, 0.5), makeResampler(deviceHz, 24_000).push);
  expect(Math.abs(made.length - 12_000)).toBeLessThan(60);
  expect(loudness(made)).toBeCloseTo(1, 1);
});

test('what 24 kHz cannot carry is taken away, not folded back', () => {
  const made = inPieces(tone(17_000, 48_000, 0.5), makeResampler(48_000, 24_000).push);
  expect(loudness(made)).toBeLessThan(0.003);
});

test('pieces of any size make the same sound as the whole', () => {
  const whole = makeResampler(44_100, 24_000).push(tone(440, 44_100, 0.2));
  const pieces = inPieces(tone(440, 44_100, 0.2), makeResampler(44_100, 24_000).push);
  expect(pieces.length).toBe(whole.length);
  for (const [at, sample] of whole.entries()) expect(pieces[at]).toBeCloseTo(sample, 5);
});

test('frames are of equal length and carry every sample, which base64 brings back', () => {
  const framer = makeFramer(24_000);
  const samples = tone(300, 24_000, 0.1);
  const frames = [...framer.push(samples.subarray(0, 1_000)), ...framer.push(samples.subarray(1_000))];
  expect(frames.every(({ pcm }) => pcm.length === frameSamples)).toBe(true);
  const heard = [...frames, ...framer.flush()].flatMap(({ pcm }) => [...decodePcm(encodePcm(pcm))]);
  expect(heard).toEqual([...samples].map((sample) => Math.round(sample * 32_767) + 0));
});

test('the level is that of the loudest sample, and too loud sound is limited', () => {
  const framer = makeFramer(24_000);
  const [frame] = framer.push(new Float32Array(960).fill(-1.5));
  expect(frame?.level).toBe(1);
  expect(frame?.pcm[10]).toBe(-32_767);
});
