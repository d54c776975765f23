import { shrinkPng } from './shrinkPng.ts';

/**
 * Small copies of frames for the timeline: 20 thumbnails are 200 KB instead of 6 MB. Made when first asked for, between
 * other work, and the last used ones kept.
 */
export interface Thumbnails {
  /** A PNG; the picture itself when it is small already or cannot be decoded. */
  readonly of: (sha256: string, png: Uint8Array) => Promise<Uint8Array>;
}

const longestEdge = 192;

export function makeThumbnails({
  limit = 200,
  shrink = shrinkPng,
}: { readonly limit?: number; readonly shrink?: typeof shrinkPng } = {}): Thumbnails {
  const made = new Map<string, Promise<Uint8Array>>();
  return {
    async of(sha256, png) {
      const known = made.get(sha256) ?? shrink(png, longestEdge).catch(() => png);
      made.delete(sha256);
      made.set(sha256, known);
      const [oldest] = made.keys();
      if (made.size > limit && oldest !== undefined) made.delete(oldest);
      return await known;
    },
  };
}
