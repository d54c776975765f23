import { PNG } from 'pngjs';

/**
 * Small copies of frames for the timeline: 20 thumbnails are 200 KB instead of 6 MB. Made when first asked for, and the
 * last used ones kept; decoding goes on between other work (zlib in its own thread) and costs about 20 ms once a frame.
 */
export interface Thumbnails {
  /** A PNG; the picture itself when it is small already or cannot be decoded. */
  readonly of: (sha256: string, png: Uint8Array) => Promise<Uint8Array>;
}

const longestEdge = 192;

export function makeThumbnails({ limit = 200 }: { readonly limit?: number } = {}): Thumbnails {
  const made = new Map<string, Promise<Uint8Array>>();
  return {
    async of(sha256, png) {
      const known = made.get(sha256) ?? shrinkPng(png, longestEdge).catch(() => png);
      made.delete(sha256);
      made.set(sha256, known);
      const [oldest] = made.keys();
      if (made.size > limit && oldest !== undefined) made.delete(oldest);
      return await known;
    },
  };
}

/** The same picture with at most `edge` pixels on its longer side; as it is when it is no larger. Throws when it is no PNG. */
export async function shrinkPng(bytes: Uint8Array, edge: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<PNG>();
  new PNG().parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), (error, image) => {
    // The types of pngjs say that there is always an error.
    if (error instanceof Error) reject(error);
    else resolve(image);
  });
  const full = await promise;
  const scale = edge / Math.max(full.width, full.height);
  if (scale >= 1) return bytes;
  const width = Math.max(1, Math.round(full.width * scale));
  const height = Math.max(1, Math.round(full.height * scale));
  const small = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) average(full, small, x, y);
  return PNG.sync.write(small);
}

/** The mean of the pixels that fall into this one. */
function average(full: PNG, small: PNG, x: number, y: number): void {
  const [left, right] = [x, x + 1].map((at) => Math.floor((at * full.width) / small.width)) as [number, number];
  const [top, bottom] = [y, y + 1].map((at) => Math.floor((at * full.height) / small.height)) as [number, number];
  const sum = [0, 0, 0, 0];
  for (let row = top; row < bottom; row += 1) {
    for (let at = (row * full.width + left) * 4; at < (row * full.width + right) * 4; at += 1)
      sum[at % 4] = (sum[at % 4] ?? 0) + (full.data[at] ?? 0);
  }
  const count = Math.max(1, (right - left) * (bottom - top));
  small.data.set(
    sum.map((channel) => Math.round(channel / count)),
    (y * small.width + x) * 4,
  );
}
