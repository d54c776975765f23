import type { Kept } from '../lib/kept.ts';

/** Keeps fields as a page's storage does: as JSON. */
export function makeMemory(): Kept {
  let stored = '{}';
  return {
    load: () => ({ ...(JSON.parse(stored) as Readonly<Record<string, unknown>>) }),
    save: (fields) => {
      stored = JSON.stringify(fields);
    },
  };
}
