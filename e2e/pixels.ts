import type { Locator } from '@playwright/test';
import { PNG } from 'pngjs';

/** Whether every pixel of an element, as the browser drew it, has the same colour. */
export async function isOneColour(element: Locator): Promise<boolean> {
  const { data } = PNG.sync.read(await element.screenshot());
  const first = data.readUInt32BE(0);
  for (let offset = 0; offset < data.length; offset += 4) if (data.readUInt32BE(offset) !== first) return false;
  return true;
}
