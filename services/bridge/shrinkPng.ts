import { createInflate } from 'node:zlib';
import { PNG } from 'pngjs';
import { readPlainPng, type PlainPng } from './plainPng.ts';

/**
 * The same picture with at most `edge` pixels on its longer side, each the mean of those that fall into it; as it is when
 * it is no larger. The plain form that Unity sends (8 bit, RGB or RGBA, not interlaced) is read row by row while it is
 * inflated in another thread: a frame of 3840 × 2160 neither takes 33 MB nor keeps the program from other work. Other
 * forms are decoded whole. Throws when it is no PNG, or not whole.
 */
export async function shrinkPng(bytes: Uint8Array, edge: number): Promise<Uint8Array> {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const plain = readPlainPng(png);
  const whole = plain === null ? await decode(png) : null;
  const { width, height } = plain ?? whole ?? { width: 0, height: 0 };
  const scale = edge / Math.max(width, height);
  if (scale >= 1) return bytes;
  const mean = makeMean({ width, height }, scale);
  if (plain !== null) await eachRow(plain, (row, size) => mean.add(row, size));
  else if (whole !== null)
    for (let y = 0; y < height; y += 1) mean.add(whole.data.subarray(y * width * 4, (y + 1) * width * 4), 4);
  return PNG.sync.write(mean.picture);
}

/** Gives each row, its filter undone. The array is used again for the next but one. */
async function eachRow(png: PlainPng, add: (row: Uint8Array, size: number) => void): Promise<void> {
  const { width, height, size, parts } = png;
  const length = width * size;
  let [row, above] = [new Uint8Array(length), new Uint8Array(length)];
  let filter = -1;
  let at = 0;
  let rows = 0;
  const inflate = createInflate({ chunkSize: 128 * 1024 });
  for (const part of parts) inflate.write(part);
  inflate.end();
  for await (const chunk of inflate as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length && rows < height;) {
      if (filter === -1) {
        filter = chunk[from] ?? 0;
        from += 1;
        continue;
      }
      const taken = chunk.subarray(from, from + length - at);
      row.set(taken, at);
      at += taken.length;
      from += taken.length;
      if (at < length) continue;
      undo(filter, { row, above, size });
      add(row, size);
      [row, above] = [above, row];
      [filter, at] = [-1, 0];
      rows += 1;
    }
  }
  if (rows < height) throw new Error(`The picture ends after ${rows} of ${height} rows.`);
}

/** PNG, second edition, clause 9: none, sub, up, average, Paeth. */
function undo(filter: number, { row, above, size }: { row: Uint8Array; above: Uint8Array; size: number }): void {
  if (filter === 0) return;
  if (filter > 4) throw new Error(`The picture has rows of an unknown kind (${filter}).`);
  for (let at = 0; at < row.length; at += 1) {
    const left = at < size ? 0 : (row[at - size] ?? 0);
    const up = above[at] ?? 0;
    const corner = at < size ? 0 : (above[at - size] ?? 0);
    const told = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : paeth(left, up, corner);
    row[at] = (row[at] ?? 0) + told;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const toLeft = Math.abs(guess - left);
  const toUp = Math.abs(guess - up);
  const toCorner = Math.abs(guess - corner);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

/** Adds rows up, as many as fall into one of the smaller picture. */
function makeMean(full: { readonly width: number; readonly height: number }, scale: number) {
  const width = Math.max(1, Math.round(full.width * scale));
  const height = Math.max(1, Math.round(full.height * scale));
  const picture = new PNG({ width, height });
  const sums = new Float64Array(width * 4);
  const edgeOf = (at: number, of: number, from: number): number => Math.floor((at * from) / of);
  const edges = Int32Array.from({ length: width + 1 }, (_, x) => edgeOf(x, width, full.width));
  let [top, y, row] = [0, 0, 0];

  function finish(bottom: number): void {
    for (let x = 0; x < width; x += 1) {
      const count = ((edges[x + 1] ?? 0) - (edges[x] ?? 0)) * (bottom - top);
      for (let channel = 0; channel < 4; channel += 1) {
        picture.data[(y * width + x) * 4 + channel] = Math.round((sums[x * 4 + channel] ?? 0) / count);
      }
    }
    sums.fill(0);
    [top, y] = [bottom, y + 1];
  }
  return {
    picture,
    add(pixels: Uint8Array, size: number): void {
      for (let x = 0; x < width; x += 1) {
        const end = (edges[x + 1] ?? 0) * size;
        let red = 0;
        let green = 0;
        let blue = 0;
        let alpha = 0;
        for (let at = (edges[x] ?? 0) * size; at < end; at += size) {
          red += pixels[at] ?? 0;
          green += pixels[at + 1] ?? 0;
          blue += pixels[at + 2] ?? 0;
          alpha += size === 4 ? (pixels[at + 3] ?? 0) : 255;
        }
        sums[x * 4] = (sums[x * 4] ?? 0) + red;
        sums[x * 4 + 1] = (sums[x * 4 + 1] ?? 0) + green;
        sums[x * 4 + 2] = (sums[x * 4 + 2] ?? 0) + blue;
        sums[x * 4 + 3] = (sums[x * 4 + 3] ?? 0) + alpha;
      }
      row += 1;
      if (row === edgeOf(y + 1, height, full.height)) finish(row);
    },
  };
}

async function decode(png: Buffer): Promise<PNG> {
  const { promise, resolve, reject } = Promise.withResolvers<PNG>();
  new PNG().parse(png, (error, image) => {
    // The types of pngjs say that there is always an error.
    if (error instanceof Error) reject(error);
    else resolve(image);
  });
  return await promise;
}
