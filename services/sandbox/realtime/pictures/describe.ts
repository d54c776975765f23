import { PNG } from 'pngjs';
import { readPicture } from './picture.ts';

/** What can honestly be said about an image: its size, and of a PNG its main colour and whether it shows anything. */
export function describePicture(url: string): string {
  const read = readPicture(url);
  if (read.kind === 'problem') return `an image that I cannot read (${read.message})`;
  const { format, width, height, bytes } = read.picture;
  const size = `${width} × ${height} pixels`;
  if (format === 'jpeg') return `a JPEG of ${size}; I decode only PNG, so I cannot tell its colours`;
  let pixels: Uint8Array;
  try {
    pixels = PNG.sync.read(bytes).data;
  } catch {
    return `a damaged PNG of ${size}`;
  }
  const colours = countColours(pixels);
  if (colours.distinct === 1) return `a PNG of ${size}; it is blank: every pixel is ${colours.name}`;
  return `a PNG of ${size}; its main colour is ${colours.name} (${Math.round(colours.share * 100)} % of it)`;
}

interface Colours {
  readonly distinct: number;
  readonly name: string;
  readonly share: number;
}

function countColours(pixels: Uint8Array): Colours {
  const names = new Map<string, number>();
  const distinct = new Set<number>();
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
    if (distinct.size < 2) distinct.add(((red << 24) | (green << 16) | (blue << 8) | alpha) >>> 0);
    const name = alpha < 16 ? 'transparent' : nameOf(red, green, blue);
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  const [name, count] = [...names].sort((a, b) => b[1] - a[1])[0] ?? ['transparent', 0];
  return { distinct: distinct.size, name, share: count / (pixels.length / 4) };
}

const hues: readonly (readonly [number, string])[] = [
  [15, 'red'],
  [45, 'orange'],
  [70, 'yellow'],
  [165, 'green'],
  [195, 'cyan'],
  [255, 'blue'],
  [290, 'purple'],
  [345, 'pink'],
  [361, 'red'],
];

function nameOf(red: number, green: number, blue: number): string {
  const max = Math.max(red, green, blue);
  const range = max - Math.min(red, green, blue);
  if (max < 32) return 'black';
  if (range < max * 0.15) return max > 224 ? 'white' : 'grey';
  const sector =
    max === red
      ? ((green - blue) / range + 6) % 6
      : max === green
        ? (blue - red) / range + 2
        : (red - green) / range + 4;
  return hues.find(([end]) => sector * 60 < end)?.[1] ?? 'red';
}
