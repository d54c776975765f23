import { countChangedLines, type LineCounts } from './lineDiff.ts';
import { mergeThreeWay, type Merge, type MergeTexts } from './undo/merge.ts';

/** Comparisons of texts; whoever offers them decides in which thread. */
export interface Diffs {
  readonly countChangedLines: (before: string | null, after: string) => Promise<LineCounts>;
  readonly merge: (texts: MergeTexts) => Promise<Merge>;
}

/** In this thread: what is short is done before another thread has even heard of it. */
export const diffsHere: Diffs = {
  countChangedLines: async (before, after) => countChangedLines(before, after),
  merge: async (texts) => mergeThreeWay(texts),
};
