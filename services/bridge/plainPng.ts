/** A PNG of the form that Unity sends: 8 bit, RGB or RGBA, not interlaced. Its rows are still deflated and filtered. */
export interface PlainPng {
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel. */
  readonly size: number;
  /** Deflated, in order. */
  readonly parts: readonly Buffer[];
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const bytesPerPixel: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Reads its chunks (PNG, second edition, clause 5). Null when the picture has another form. */
export function readPlainPng(png: Buffer): PlainPng | null {
  if (!png.subarray(0, 8).equals(signature)) return null;
  const parts: Buffer[] = [];
  let header: Buffer | undefined;
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = data;
    if (type === 'IDAT') parts.push(data);
    // A colour that stands for "transparent": left to the whole decoding.
    if (type === 'tRNS') return null;
    at += 12 + length;
  }
  const size = bytesPerPixel[header?.[9] ?? -1];
  // Bit depth, interlace.
  if (header === undefined || header.length < 13 || size === undefined || header[8] !== 8 || header[12] !== 0) {
    return null;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  return width === 0 || height === 0 ? null : { width, height, size, parts };
}
