import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImage, readImages } from './images.ts';
import { base64Of, pngOf } from './testing/testImages.ts';

/** A 3 × 2 JPEG by its headers only: start, a segment to skip, fill bytes, start of frame. */
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000ffffc0001108000200030301220002110103110100'.padEnd(120, '0'),
  'hex',
);
/** A 3 × 2 WebP by its header. */
const webp = Buffer.alloc(40);
webp.write('RIFF', 0, 'latin1');
webp.write('WEBPVP8X', 8, 'latin1');
webp.set([2, 0, 0, 1, 0, 0], 24);

describe('an image of a message', () => {
  it.each([
    ['image/png', pngOf(3, 2), 3, 2],
    ['image/jpeg', jpeg, 3, 2],
  ])('is known as %s by its bytes, with its size', (mimeType, bytes, width, height) => {
    expect(readImage(bytes)).toMatchObject({ mimeType, width, height });
  });

  it('is refused when its bytes are something else, whatever it is called', () => {
    const html = base64Of(Buffer.from(`<html><script>alert(1)</script>${' '.repeat(50)}`));
    expect(() => readImages([{ mimeType: 'image/png', base64: html }])).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining('Image 1 is no PNG') }),
    );
  });

  it('is refused as WebP, which the service does not take', () => {
    expect(readImage(webp)).toContain('is no PNG or JPEG');
  });

  it('is refused when it is too large, in bytes or in pixels, or has none', () => {
    expect(readImage(new Uint8Array(1024 * 1024 + 1))).toContain('larger than 1 MiB');
    expect(readImage(pngOf(5_000, 1))).toContain('more than 4096');
    const none = Buffer.from(pngOf(1, 1));
    none.writeUInt32BE(0, 16);
    expect(readImage(none)).toContain('no pixels');
  });

  it('never fails at bytes that are cut or made up', () => {
    const starts = [pngOf(2, 2), jpeg, webp].map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.nat(40), fc.uint8Array({ maxLength: 64 }), (start, keep, rest) => {
        const image = readImage(Buffer.concat([start.subarray(0, keep), rest]));
        expect(typeof image === 'string' || image.width > 0).toBe(true);
      }),
    );
  });
});
