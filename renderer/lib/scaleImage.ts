import { maxImageBytes } from '../../shared/contracts/api/index.ts';

/** An image as it is sent: re-encoded, so that it carries no place, camera or name of its file. */
export interface ScaledImage {
  readonly mimeType: 'image/png' | 'image/jpeg';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** What the models look at; a longer side is scaled by them anyway and only costs. */
const longestSide = 1_568;
/** Tried in order until the result fits: drawings stay sharp as PNG, what is too large for that is a photograph. */
const attempts = [
  { type: 'image/png', quality: 1, scale: 1 },
  { type: 'image/jpeg', quality: 0.9, scale: 1 },
  { type: 'image/jpeg', quality: 0.7, scale: 1 },
  { type: 'image/jpeg', quality: 0.7, scale: 0.5 },
] as const;

/** Null when the browser cannot read it as an image. */
export async function scaleImage(file: Blob): Promise<ScaledImage | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return null;
  try {
    const fit = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
    for (const { type, quality, scale } of attempts) {
      const width = Math.max(1, Math.round(bitmap.width * fit * scale));
      const height = Math.max(1, Math.round(bitmap.height * fit * scale));
      const canvas = new OffscreenCanvas(width, height);
      const paint = canvas.getContext('2d');
      if (paint === null) return null;
      paint.drawImage(bitmap, 0, 0, width, height);
      const blob = await canvas.convertToBlob({ type, quality });
      if (blob.size <= maxImageBytes) {
        return { mimeType: type, bytes: new Uint8Array(await blob.arrayBuffer()), width, height };
      }
    }
    return null;
  } finally {
    bitmap.close();
  }
}
