import { PNG, type PNGOptions } from 'pngjs';
import { expect, it } from 'vitest';
import { shrinkPng } from './shrinkPng.ts';

/** Every pixel its own colour, or nearly. */
function picture(width: number, height: number, options: PNGOptions = {}): { image: PNG; bytes: Buffer } {
  const image = new PNG({ width, height });
  for (let at = 0; at < width * height; at += 1) {
    image.data.set([(at * 7) % 256, (at * 31 + 5) % 256, (at >> 4) % 256, 255 - (at % 90)], at * 4);
  }
  return { image, bytes: PNG.sync.write(image, options) };
}

/** Pixel by pixel, as it is meant. */
function meanOf(image: PNG, x: number, y: number, width: number, height: number): number[] {
  const sum = [0, 0, 0, 0];
  let count = 0;
  for (let row = 0; row < image.height; row += 1) {
    for (let column = 0; column < image.width; column += 1) {
      const isIn = (at: number, of: number, to: number, full: number): boolean =>
        at >= Math.floor((to * full) / of) && at < Math.floor(((to + 1) * full) / of);
      if (!isIn(column, width, x, image.width) || !isIn(row, height, y, image.height)) continue;
      count += 1;
      for (let channel = 0; channel < 4; channel += 1)
        sum[channel] = (sum[channel] ?? 0) + (image.data[(row * image.width + column) * 4 + channel] ?? 0);
    }
  }
  return sum.map((channel) => Math.round(channel / count));
}

it.each([0, 1, 2, 3, 4])('a picture with rows of the filter %i becomes the means of its pixels', async (filterType) => {
  const { image, bytes } = picture(61, 37, { filterType });
  const small = PNG.sync.read(Buffer.from(await shrinkPng(bytes, 16)));
  expect([small.width, small.height]).toEqual([16, 10]);
  const means = Array.from({ length: 160 }, (_, at) => meanOf(image, at % 16, Math.floor(at / 16), 16, 10)).flat();
  expect([...small.data]).toEqual(means);
});

it('a picture without alpha is opaque', async () => {
  const { bytes } = picture(40, 20, { colorType: 2, inputHasAlpha: true });
  const small = PNG.sync.read(Buffer.from(await shrinkPng(bytes, 10)));
  expect([...small.data].filter((_, at) => at % 4 === 3)).toEqual(Array.from({ length: 50 }, () => 255));
});

it('a picture of another form is shrunk, too', async () => {
  const { image, bytes } = picture(40, 20, { colorType: 0 });
  const small = PNG.sync.read(Buffer.from(await shrinkPng(bytes, 10)));
  expect([small.width, small.height]).toEqual([10, 5]);
  expect(small.data[0]).toBe(small.data[1]);
  expect(image.width).toBe(40);
});

it('a frame of 3840 × 2160 becomes 192 × 108 while other work goes on', async () => {
  const image = new PNG({ width: 3_840, height: 2_160 });
  image.data.fill(90);
  const bytes = PNG.sync.write(image, { filterType: 1, deflateLevel: 1 });
  let turns = 0;
  let ended = false;
  const turn = (): void => {
    turns += 1;
    if (!ended) setImmediate(turn);
  };
  turn();
  const small = PNG.sync.read(Buffer.from(await shrinkPng(bytes, 192)));
  ended = true;
  expect([small.width, small.height]).toEqual([192, 108]);
  // 33 MB of rows in pieces of 128 KB: other work has its turn after each.
  expect(turns).toBeGreaterThan(100);
});

it('what is no picture, or ends too early, is refused', async () => {
  await expect(shrinkPng(new Uint8Array([1, 2, 3]), 10)).rejects.toThrow();
  const { bytes } = picture(200, 200);
  await expect(shrinkPng(bytes.subarray(0, bytes.length / 2), 10)).rejects.toThrow();
});
