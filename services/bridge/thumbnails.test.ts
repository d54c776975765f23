import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { makeThumbnails } from './thumbnails.ts';

function picture(width: number, height: number): Buffer {
  const image = new PNG({ width, height });
  for (let at = 0; at < width * height; at += 1)
    image.data.set([at % width < width / 2 ? 255 : 0, 40, 90, 255], at * 4);
  return PNG.sync.write(image);
}

it('a thumbnail is the same picture, 192 pixels long', async () => {
  const small = PNG.sync.read(Buffer.from(await makeThumbnails().of('a', picture(1024, 576))));
  expect([small.width, small.height]).toEqual([192, 108]);
  expect([...small.data.subarray(0, 4)]).toEqual([255, 40, 90, 255]);
  expect([...small.data.subarray(191 * 4, 192 * 4)]).toEqual([0, 40, 90, 255]);
});

it('a small picture, and one that cannot be decoded, is given as it is', async () => {
  const thumbnails = makeThumbnails({ limit: 1 });
  const tiny = picture(8, 4);
  expect(await thumbnails.of('b', tiny)).toBe(tiny);
  const broken = new Uint8Array([1, 2, 3]);
  expect(await thumbnails.of('c', broken)).toBe(broken);
});
