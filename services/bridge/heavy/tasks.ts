import { join } from 'node:path';
import type { HistoryQuery } from '../../../shared/contracts/index.ts';
import { searchJournalFile } from '../journal/index.ts';
import { shrinkPng } from '../shrinkPng.ts';

/** Work that takes longer than a window may wait for its next frame. Everything in it can be cloned. */
export type HeavyTask =
  | { readonly kind: 'shrink_png'; readonly bytes: Uint8Array; readonly edge: number }
  | { readonly kind: 'search'; readonly dataDir: string; readonly query: HistoryQuery };

/** Does the task here. Throws what the work throws. */
export async function runHeavyTask(task: HeavyTask): Promise<unknown> {
  return task.kind === 'shrink_png'
    ? await shrinkPng(task.bytes, task.edge)
    : searchJournalFile(join(task.dataDir, 'journal.sqlite'), task.query);
}
