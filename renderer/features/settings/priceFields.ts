import type { ModelPrice } from '../../../shared/contracts/settings.ts';

/** The parts of a price in the order of the vendors' pages. The first three every model has. */
export const priceFields: readonly {
  readonly key: keyof ModelPrice;
  readonly short: string;
  readonly name: string;
  readonly isNeeded: boolean;
}[] = [
  { key: 'textIn', short: 'Text in', name: 'Text in', isNeeded: true },
  { key: 'textCached', short: 'cached', name: 'Text cached', isNeeded: true },
  { key: 'textCacheWritten', short: 'to cache', name: 'Text written to the cache', isNeeded: false },
  { key: 'textOut', short: 'out', name: 'Text out', isNeeded: true },
  { key: 'audioIn', short: 'Audio in', name: 'Audio in', isNeeded: false },
  { key: 'audioCached', short: 'cached', name: 'Audio cached', isNeeded: false },
  { key: 'audioOut', short: 'out', name: 'Audio out', isNeeded: false },
  { key: 'imageIn', short: 'Image in', name: 'Image in', isNeeded: false },
  { key: 'imageCached', short: 'cached', name: 'Image cached', isNeeded: false },
];
