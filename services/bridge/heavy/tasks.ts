import type { HistoryQuery } from '../../../shared/contracts/index.ts';
import { measureFrame } from '../frameContent.ts';
import { exportSession, type ExportOptions } from '../export/index.ts';
import { countChangedLines } from '../functions/lineDiff.ts';
import { mergeThreeWay, type MergeTexts } from '../functions/undo/merge.ts';
import { journalFileOf, searchJournalFile } from '../journal/index.ts';
import { shrinkPng } from '../shrinkPng.ts';
import { findTextEdits } from '../unity/textEdits.ts';

/** Work that takes longer than a window may wait for its next frame. Everything in it can be cloned. */
export type HeavyTask =
  | { readonly kind: 'shrink_png'; readonly bytes: Uint8Array; readonly edge: number }
  | { readonly kind: 'measure_frame'; readonly bytes: Uint8Array }
  | { readonly kind: 'search'; readonly dataDir: string; readonly query: HistoryQuery }
  | { readonly kind: 'count_lines'; readonly before: string; readonly after: string; readonly limitMs: number }
  | { readonly kind: 'find_edits'; readonly before: string; readonly after: string }
  | { readonly kind: 'merge'; readonly texts: MergeTexts }
  | { readonly kind: 'export'; readonly dataDir: string; readonly options: ExportOptions };

/** Does the task here. Throws what the work throws. */
export async function runHeavyTask(task: HeavyTask): Promise<unknown> {
  switch (task.kind) {
    case 'shrink_png':
      return await shrinkPng(task.bytes, task.edge);
    case 'measure_frame':
      return measureFrame(task.bytes);
    case 'search':
      return searchJournalFile(journalFileOf(task.dataDir), task.query);
    case 'count_lines':
      return countChangedLines(task.before, task.after, task.limitMs);
    case 'find_edits':
      return findTextEdits(task.before, task.after);
    case 'merge':
      return mergeThreeWay(task.texts);
    case 'export':
      return exportSession(journalFileOf(task.dataDir), task.options);
  }
}
