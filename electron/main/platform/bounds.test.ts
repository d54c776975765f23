import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeWindow, readBounds, writeBounds } from './bounds.ts';

const screen = { x: 0, y: 25, width: 1920, height: 1055 };
const second = { x: 1920, y: 0, width: 2560, height: 1440 };

test('the first window opens in the middle of the primary screen', () => {
  expect(placeWindow(undefined, [screen, second])).toEqual({ width: 1280, height: 820, x: 320, y: 143 });
});

test('a window opens where it was, on its own screen', () => {
  const remembered = { x: 2400, y: 100, width: 1000, height: 700 };
  expect(placeWindow(remembered, [screen, second])).toEqual(remembered);
});

test('a window whose screen is gone comes back to the primary one', () => {
  expect(placeWindow({ x: 2400, y: 100, width: 1000, height: 700 }, [screen])).toMatchObject({ x: 460, y: 203 });
});

test('wherever it was, the window is within one screen', () => {
  const size = fc.integer({ min: 1, max: 10_000 });
  const position = fc.integer({ min: -10_000, max: 10_000 });
  fc.assert(
    fc.property(fc.record({ x: position, y: position, width: size, height: size }), (remembered) => {
      const placed = placeWindow(remembered, [screen, second]);
      const isWithin = [screen, second].some(
        (area) =>
          placed.x >= area.x &&
          placed.y >= area.y &&
          placed.x + placed.width <= area.x + area.width &&
          placed.y + placed.height <= area.y + area.height,
      );
      expect(isWithin).toBe(true);
    }),
  );
});

test('bounds are read back; a broken or missing file is as if there were none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spark-bounds-'));
  const file = join(folder, 'new', 'window.json');
  expect(readBounds(file)).toBeUndefined();
  const bounds = { x: 1, y: 2, width: 800, height: 600, maximized: true };
  writeBounds(file, bounds);
  expect(readBounds(file)).toEqual(bounds);
  await writeFile(file, '{"x":"1"');
  expect(readBounds(file)).toBeUndefined();
  await writeFile(file, '{"x":1.5,"y":0,"width":-4,"height":1,"maximized":false}');
  expect(readBounds(file)).toBeUndefined();
  await rm(folder, { recursive: true });
});
