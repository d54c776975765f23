import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';

/**
 * Draws build/icons/spark.svg in every size that installers need, with no other tool: the drawing consists of rectangles
 * with round corners and of polygons, each in one flat colour. Run it after the SVG was changed: node build/icons.ts
 */

interface Shape {
  readonly colour: readonly [number, number, number];
  /** Whether a point in the drawing's own units is covered. */
  readonly covers: (x: number, y: number) => boolean;
}

const folder = join(import.meta.dirname, 'icons');
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const icoSizes = [16, 24, 32, 48, 64, 128, 256];
const icnsTypes = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
] as const;
/** Points per pixel and direction; small icons get finer edges, large ones do not need them. */
const samplesFor = (size: number): number => (size < 128 ? 8 : 4);

function parseShapes(svg: string): { readonly side: number; readonly shapes: readonly Shape[] } {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  const shapes = [...svg.matchAll(/<(rect|polygon)\s([^>]*?)\/>/g)].map(([, kind, text = '']) => {
    const attribute = (name: string): string => {
      const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1];
      if (value === undefined) throw new Error(`<${kind}> has no ${name}.`);
      return value;
    };
    const number = (name: string): number => Number(attribute(name));
    const colour = parseColour(attribute('fill'));
    if (kind === 'polygon') return { colour, covers: polygon(attribute('points')) };
    return {
      colour,
      covers: roundRectangle(number('x'), number('y'), number('width'), number('height'), number('rx')),
    };
  });
  if (!(side > 0) || shapes.length === 0) throw new Error('The drawing has no square viewBox or no shapes.');
  return { side, shapes };
}

function parseColour(text: string): readonly [number, number, number] {
  const [, red = '', green = '', blue = ''] = /^#(..)(..)(..)$/.exec(text) ?? [];
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

function polygon(points: string): Shape['covers'] {
  const corners = points.split(' ').map((pair) => pair.split(',').map(Number) as [number, number]);
  return (x, y) => {
    let isInside = false;
    let [previousX, previousY] = corners.at(-1) ?? [0, 0];
    for (const [cornerX, cornerY] of corners) {
      const crosses = cornerY > y !== previousY > y;
      if (crosses && x < ((previousX - cornerX) * (y - cornerY)) / (previousY - cornerY) + cornerX)
        isInside = !isInside;
      [previousX, previousY] = [cornerX, cornerY];
    }
    return isInside;
  };
}

function roundRectangle(left: number, top: number, width: number, height: number, radius: number): Shape['covers'] {
  return (x, y) => {
    if (x < left || y < top || x >= left + width || y >= top + height) return false;
    const nearestX = Math.min(Math.max(x, left + radius), left + width - radius);
    const nearestY = Math.min(Math.max(y, top + radius), top + height - radius);
    return (x - nearestX) ** 2 + (y - nearestY) ** 2 <= radius ** 2;
  };
}

function draw({ side, shapes }: ReturnType<typeof parseShapes>, size: number): Buffer {
  const samples = samplesFor(size);
  const png = new PNG({ width: size, height: size });
  const step = side / size / samples;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const sum = [0, 0, 0];
      let covered = 0;
      for (let n = 0; n < samples * samples; n += 1) {
        const sampleX = (x * samples + (n % samples) + 0.5) * step;
        const sampleY = (y * samples + Math.floor(n / samples) + 0.5) * step;
        const colour = shapes.findLast((shape) => shape.covers(sampleX, sampleY))?.colour;
        if (colour === undefined) continue;
        covered += 1;
        for (const [channel, value] of colour.entries()) sum[channel] = (sum[channel] ?? 0) + value;
      }
      const at = (y * size + x) * 4;
      for (const [channel, value] of sum.entries())
        png.data[at + channel] = covered === 0 ? 0 : Math.round(value / covered);
      png.data[at + 3] = Math.round((covered / samples ** 2) * 255);
    }
  }
  return PNG.sync.write(png);
}

/** Windows: a directory of PNG images (a side of 256 is written as 0). */
function ico(images: readonly { readonly size: number; readonly png: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + images.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, { size, png }] of images.entries()) {
    const at = 6 + index * 16;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map((image) => image.png)]);
}

/** macOS: chunks of type, length and PNG. */
function icns(images: readonly { readonly type: string; readonly png: Buffer }[]): Buffer {
  const chunk = (type: string, ...parts: readonly Buffer[]): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 4);
    return Buffer.concat([head, ...parts]);
  };
  return chunk('icns', ...images.map(({ type, png }) => chunk(type, png)));
}

const drawing = parseShapes(readFileSync(join(folder, 'spark.svg'), 'utf8'));
const sizes = new Set([...linuxSizes, ...icoSizes, ...icnsTypes.map(([, size]) => size)]);
const drawn = new Map([...sizes].map((size) => [size, draw(drawing, size)]));
const image = (size: number): Buffer => drawn.get(size) ?? draw(drawing, size);

for (const size of linuxSizes) writeFileSync(join(folder, `${size}x${size}.png`), image(size));
writeFileSync(join(folder, 'icon.ico'), ico(icoSizes.map((size) => ({ size, png: image(size) }))));
writeFileSync(join(folder, 'icon.icns'), icns(icnsTypes.map(([type, size]) => ({ type, png: image(size) }))));
