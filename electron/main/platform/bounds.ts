import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const rectangleSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });
const rememberedSchema = rectangleSchema.extend({ maximized: z.boolean() });

/** A place on the screens, in device independent pixels. */
export type Rectangle = z.infer<typeof rectangleSchema>;
export type RememberedBounds = z.infer<typeof rememberedSchema>;

/** Narrow enough to stand beside a full-screen Unity. */
export const minimumSize = { width: 360, height: 400 } as const;
const defaultSize = { width: 1280, height: 820 } as const;

/** The bounds of the last run; undefined when there are none or the file is not what it should be. */
export function readBounds(file: string): RememberedBounds | undefined {
  try {
    return rememberedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a half-written file is never read. */
export function writeBounds(file: string, bounds: RememberedBounds): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(bounds));
  renameSync(`${file}.new`, file);
}

/**
 * Where the window opens: where it was, made to fit the screen that it was on; in the middle of the first screen when
 * that screen is gone. `workAreas` are the usable parts of the screens, the primary one first.
 */
export function placeWindow(
  remembered: Rectangle | undefined,
  workAreas: readonly [Rectangle, ...Rectangle[]],
): Rectangle {
  const area = workAreas.find((candidate) => remembered !== undefined && isGrabbable(remembered, candidate));
  const { width, height } = remembered ?? defaultSize;
  const screen = area ?? workAreas[0];
  const size = {
    width: Math.min(Math.max(width, minimumSize.width), screen.width),
    height: Math.min(Math.max(height, minimumSize.height), screen.height),
  };
  if (remembered === undefined || area === undefined) {
    return {
      ...size,
      x: screen.x + Math.round((screen.width - size.width) / 2),
      y: screen.y + Math.round((screen.height - size.height) / 2),
    };
  }
  return {
    ...size,
    x: clamp(remembered.x, area.x, area.x + area.width - size.width),
    y: clamp(remembered.y, area.y, area.y + area.height - size.height),
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Enough of the title bar lies on the screen to take hold of it. */
const isGrabbable = (window: Rectangle, area: Rectangle): boolean =>
  window.x + window.width > area.x + 80 &&
  window.x < area.x + area.width - 80 &&
  window.y + 20 >= area.y &&
  window.y < area.y + area.height - 40;
