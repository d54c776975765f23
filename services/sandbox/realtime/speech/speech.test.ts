import { assert, nat, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSpeech, encodePieces, encodeSpeech, speechRateHz, toWav } from './index.ts';

const request = 'Create a player controller with a double jump, and show me a preview.';
const silence = (ms: number): Int16Array => new Int16Array((ms * speechRateHz) / 1_000);
const join = (...parts: Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));
const scaled = (pcm: Int16Array, factor: number): Int16Array =>
  pcm.map((sample) => Math.max(-32_768, Math.min(32_767, sample * factor)));

/** Repeatable noise of a uniform distribution. */
function noisy(pcm: Int16Array, peak: number): Int16Array {
  let seed = 7;
  return pcm.map((sample) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.max(-32_768, Math.min(32_767, sample + (seed / 2 ** 31 - 1) * peak));
  });
}

/** Linear interpolation, the worst resampler in use. */
const resampled = (pcm: Int16Array, from: number, to: number): Int16Array =>
  Int16Array.from({ length: Math.floor((pcm.length * to) / from) }, (_, index) => {
    const at = (index * from) / to;
    const whole = Math.floor(at);
    const here = pcm[whole] ?? 0;
    return here + ((pcm[whole + 1] ?? here) - here) * (at - whole);
  });

const tone = (hz: number, ms: number): Int16Array =>
  silence(ms).map((_, at) => 12_000 * Math.sin((2 * Math.PI * hz * at) / speechRateHz));

const mixed = (a: Int16Array, b: Int16Array): Int16Array => a.map((sample, at) => (sample + (b[at] ?? 0)) / 2);

test.each([
  ['as it is', encodeSpeech(request)],
  ['very quiet', scaled(encodeSpeech(request), 0.01)],
  ['so loud that it clips', scaled(encodeSpeech(request), 6)],
  ['between silences that are no whole number of symbols', join(silence(733), encodeSpeech(request), silence(1_201))],
  ['through a microphone at 48 kHz', resampled(resampled(encodeSpeech(request), 24_000, 48_000), 48_000, 24_000)],
  ['through a microphone at 44.1 kHz', resampled(resampled(encodeSpeech(request), 24_000, 44_100), 44_100, 24_000)],
  ['in noise as loud as itself', noisy(join(silence(311), encodeSpeech(request), silence(200)), 15_000)],
  ['with a hum under it', mixed(encodeSpeech(request), tone(50, 4_000))],
  ['without its first 100 ms', encodeSpeech(request).subarray(2_400)],
])('a request is understood %s', (_, pcm) => {
  expect(decodeSpeech(pcm)).toBe(request);
});

test('any text comes back', () => {
  assert(
    property(string({ unit: 'grapheme', maxLength: 60 }), nat(959), (text, offset) => {
      const pcm = join(new Int16Array(offset), encodeSpeech(text));
      expect(decodeSpeech(pcm) ?? '').toBe(text.trim());
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['silence', silence(2_000)],
  ['noise', noisy(silence(3_000), 12_000)],
  ['one tone', tone(700, 2_000)],
  ['nothing', new Int16Array(0)],
])('%s is not understood', (_, pcm) => {
  expect(decodeSpeech(pcm)).toBeNull();
});

test('of speech that is cut off the words before the cut are heard', () => {
  const pcm = encodeSpeech(request);
  const heard = decodeSpeech(pcm.subarray(0, pcm.length * 0.6));
  expect(heard?.length).toBeGreaterThan(10);
  expect(request.startsWith(heard ?? '-')).toBe(true);
});

test('lost words leave a mark instead of another sense', () => {
  const pieces = [...encodePieces(request)];
  const heard = decodeSpeech(join(...pieces.map((piece, index) => (index === 1 ? silence(700) : piece.pcm))));
  expect(heard).toContain('…');
  expect(heard).not.toContain(pieces[1]?.text);
});

test('two utterances in one recording are heard after each other', () => {
  expect(decodeSpeech(join(encodeSpeech('Hello.'), silence(400), encodeSpeech('Stop.')))).toBe('Hello. Stop.');
});

test('speech is faster than 20 characters a second and audible', () => {
  const pcm = encodeSpeech(request);
  expect(request.length / (pcm.length / speechRateHz)).toBeGreaterThan(20);
  expect(Math.max(...pcm)).toBeGreaterThan(15_000);
  expect(Math.max(...pcm)).toBeLessThan(32_767);
});

test('the pieces of a text are its speech, a few words each', () => {
  const pieces = [...encodePieces(request)];
  expect(pieces.map((piece) => piece.text).join('')).toBe(request);
  expect(join(...pieces.map((piece) => piece.pcm))).toEqual(encodeSpeech(request));
});

test('a WAV file carries the samples', () => {
  const wav = toWav(Int16Array.from([1, -2]));
  expect(Buffer.from(wav).toString('latin1', 0, 16)).toBe('RIFF\x28\0\0\0WAVEfmt ');
  expect([...wav.subarray(40)]).toEqual([4, 0, 0, 0, 1, 0, 0xfe, 0xff]);
  expect(new DataView(wav.buffer).getUint32(24, true)).toBe(24_000);
});
