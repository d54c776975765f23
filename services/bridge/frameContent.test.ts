import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { measureFrame } from './frameContent.ts';

type Paint = (x: number, y: number) => readonly [number, number, number, number];

function pngOf(paint: Paint, options: { filterType?: number; colorType?: 2 | 6 | 0; width?: number } = {}): Buffer {
  const { filterType = -1, colorType = 6, width = 32 } = options;
  const image = new PNG({ width, height: 18 });
  for (let y = 0; y < 18; y += 1) for (let x = 0; x < width; x += 1) image.data.set(paint(x, y), (y * width + x) * 4);
  return PNG.sync.write(image, { filterType, colorType });
}

const grey: Paint = () => [40, 40, 40, 255];
const gradient: Paint = (x) => [x * 8, 10, 20, 255];
const belowOnly: Paint = (x, y) => (x === 3 && y === 17 ? [41, 40, 40, 255] : [40, 40, 40, 255]);

test.each([0, 1, 2, 3, 4])('a picture is blank or not whatever its rows were filtered with (%i)', (filterType) => {
  for (const colorType of [2, 6] as const) {
    expect(measureFrame(pngOf(grey, { filterType, colorType }))).toEqual({ width: 32, height: 18, blank: true });
    expect(measureFrame(pngOf(gradient, { filterType, colorType }))).toEqual({ width: 32, height: 18, blank: false });
    expect(measureFrame(pngOf(belowOnly, { filterType, colorType })).blank).toBe(false);
  }
});

test('other colour types and a single column are measured too', () => {
  expect(measureFrame(pngOf(gradient, { colorType: 0 })).blank).toBe(false);
  expect(measureFrame(pngOf(grey, { colorType: 0 })).blank).toBe(true);
  expect(measureFrame(pngOf((_, y) => [y, 0, 0, 255], { width: 1 })).blank).toBe(false);
});

test('bytes that are no PNG, or a cut one, are refused by code', () => {
  const whole = pngOf(gradient);
  for (const bytes of [Buffer.from('no picture'), whole.subarray(0, 60), new Uint8Array(0)]) {
    expect(() => measureFrame(bytes)).toThrow(expect.objectContaining({ code: 'unity_rejected' }));
  }
});
