import { z } from 'zod';
import { historyPageSchema, type HistoryQuery } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { ExportOptions } from '../export/index.ts';
import { diffsHere, type Diffs } from '../functions/diffs.ts';
import { requireMergeable } from '../functions/undo/merge.ts';
import { frameContentSchema, measureFrame, pixelsOf, type MeasureFrame } from '../frameContent.ts';
import { findTextEdits, type FindEdits } from '../unity/textEdits.ts';
import type { OpenHeavyChannel } from './channel.ts';
import { makeHeavyLane } from './lane.ts';

type HistoryPage = z.output<typeof historyPageSchema>;

/**
 * Decoding pictures, searching the journal, comparing long texts and writing sessions out, away from the thread that
 * streams answers and serves the window. What a person looks at while waiting, what a write needs and what may take
 * minutes have a thread (or process) each, so that none waits for another. What fails there twice fails with words; it is
 * never done here (`lane.ts`).
 */
export interface HeavyWork extends Diffs {
  /** The picture with at most `edge` pixels on its longer side. Throws when it is no PNG. */
  readonly shrinkPng: (bytes: Uint8Array, edge: number) => Promise<Uint8Array>;
  /** As `measureFrame`; a small picture is measured here, sooner than another thread would be asked. */
  readonly measureFrame: MeasureFrame;
  readonly search: (dataDir: string, query: HistoryQuery) => Promise<HistoryPage>;
  readonly findEdits: FindEdits;
  /** The session as a file, read from the journal's own; throws AppError `not_found`. */
  readonly exportSession: (dataDir: string, options: ExportOptions) => Promise<Uint8Array<ArrayBuffer>>;
  readonly close: () => void;
}

/** Texts of so many characters together take a few milliseconds at worst: they are not worth being sent away. */
const shortCharacters = 32_000;
/** What a diff may take in the other thread. */
const diffLimitMs = 5_000;
const bytesSchema = z.instanceof(Uint8Array);
const lineCountsSchema = z.object({ addedLines: z.number(), removedLines: z.number() });
const foundEditsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('edits'),
    edits: z.array(
      z.object({
        startLine: z.number(),
        startCol: z.number(),
        endLine: z.number(),
        endCol: z.number(),
        newText: z.string(),
      }),
    ),
  }),
  z.object({ kind: z.literal('refused'), message: z.string(), data: z.record(z.string(), z.unknown()) }),
]);
const mergeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('merged'), text: z.string() }),
  z.object({
    kind: z.literal('conflict'),
    regions: z.array(z.object({ line: z.number(), now: z.string(), wanted: z.string() })),
  }),
]);

/** A million pixels are inflated in 3 ms. */
const smallPixels = 1_000_000;

/** A search of 110,000 entries takes 0.1 s, a picture less. */
const quick = { limitMs: 30_000, idleMs: 10 * 60_000 };
/** Diffs end by themselves; a merge of 20,000 lines takes up to a second, but minutes when nearly all lines are alike. */
const texts = { limitMs: 20_000, idleMs: 10 * 60_000 };
/** A hundred long changes; asked for rarely. */
const exporting = { limitMs: 10 * 60_000, idleMs: 10_000 };

export function makeHeavyWork(options: { readonly open: OpenHeavyChannel; readonly logger: Logger }): HeavyWork {
  const lanes = {
    quick: makeHeavyLane({ ...options, ...quick }),
    texts: makeHeavyLane({ ...options, ...texts }),
    exports: makeHeavyLane({ ...options, ...exporting }),
  };
  return {
    shrinkPng: async (bytes, edge) => bytesSchema.parse(await lanes.quick.run({ kind: 'shrink_png', bytes, edge })),
    measureFrame: async (bytes) =>
      pixelsOf(bytes) <= smallPixels
        ? measureFrame(bytes)
        : frameContentSchema.parse(await lanes.quick.run({ kind: 'measure_frame', bytes })),
    search: async (dataDir, query) =>
      historyPageSchema.parse(await lanes.quick.run({ kind: 'search', dataDir, query })),
    async countChangedLines(before, after) {
      if (before === null || before.length + after.length <= shortCharacters)
        return await diffsHere.countChangedLines(before, after);
      const task = { kind: 'count_lines', before, after, limitMs: diffLimitMs } as const;
      return lineCountsSchema.parse(await lanes.texts.run(task));
    },
    async merge(versions) {
      const { base, now, target } = versions;
      // Untouched since: there is nothing to merge, however long it is.
      if (now === base || base.length + now.length + target.length <= shortCharacters)
        return await diffsHere.merge(versions);
      requireMergeable(versions);
      return mergeSchema.parse(await lanes.texts.run({ kind: 'merge', texts: versions }));
    },
    async findEdits(before, after) {
      if (before.length + after.length <= shortCharacters) return findTextEdits(before, after);
      return foundEditsSchema.parse(await lanes.texts.run({ kind: 'find_edits', before, after }));
    },
    exportSession: async (dataDir, exported) =>
      bytesSchema.parse(await lanes.exports.run({ kind: 'export', dataDir, options: exported })),
    close() {
      for (const lane of Object.values(lanes)) lane.close();
    },
  };
}
