import { z } from 'zod';
import { historyPageSchema, type HistoryQuery } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { toMarkdown, type SessionRecordFile } from '../export/index.ts';
import { diffsHere, type Diffs } from '../functions/diffs.ts';
import { diffLimitHereMs } from '../functions/lineDiff.ts';
import { frameContentSchema, measureFrame, pixelsOf, type MeasureFrame } from '../frameContent.ts';
import type { HeavyChannel, OpenHeavyChannel } from './channel.ts';
import { findTextEdits, type FindEdits } from '../unity/textEdits.ts';
import type { HeavyAnswer } from './serve.ts';
import { runHeavyTask, type HeavyTask } from './tasks.ts';

type HistoryPage = z.output<typeof historyPageSchema>;

/**
 * Decoding pictures, searching the journal and comparing long texts, away from the thread that streams answers and serves
 * the window. The other thread (or process) starts with the first task and goes when there was none for a while. When it
 * cannot be had, or dies over a task, that task is done here: slower for a moment, never lost.
 */
export interface HeavyWork extends Diffs {
  /** The picture with at most `edge` pixels on its longer side. Throws when it is no PNG. */
  readonly shrinkPng: (bytes: Uint8Array, edge: number) => Promise<Uint8Array>;
  /** As `measureFrame`; a small picture is measured here, sooner than another thread would be asked. */
  readonly measureFrame: MeasureFrame;
  readonly search: (dataDir: string, query: HistoryQuery) => Promise<HistoryPage>;
  readonly findEdits: FindEdits;
  readonly toMarkdown: (record: SessionRecordFile) => Promise<string>;
  readonly close: () => void;
}

/** Texts of so many characters together take a few milliseconds at worst: they are not worth being sent away. */
const shortCharacters = 32_000;
/** What a diff may take in the other thread. */
const diffLimitMs = 5_000;
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
/** Its start costs a few hundred milliseconds of a person who searches. */
const idleMs = 10 * 60_000;

export function makeHeavyWork(options: { readonly open: OpenHeavyChannel; readonly logger: Logger }): HeavyWork {
  const { open, logger } = options;
  const waiting = new Map<number, (answer: HeavyAnswer | 'ended') => void>();
  let channel: HeavyChannel | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;

  function endAll(): void {
    channel = undefined;
    for (const settle of waiting.values()) settle('ended');
    waiting.clear();
  }
  function start(): HeavyChannel {
    const opened = open();
    opened.onAnswer((answer) => {
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    });
    opened.onEnd(() => {
      if (channel === opened) endAll();
    });
    return opened;
  }
  function rest(): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (waiting.size > 0) return;
      const old = channel;
      channel = undefined;
      old?.close();
    }, idleMs);
    idle.unref();
  }
  async function ask(task: HeavyTask): Promise<HeavyAnswer | 'ended'> {
    if (closed) return 'ended';
    try {
      channel ??= start();
      const answer = Promise.withResolvers<HeavyAnswer | 'ended'>();
      const id = (lastId += 1);
      waiting.set(id, answer.resolve);
      channel.post({ id, task });
      rest();
      return await answer.promise;
    } catch (error) {
      logger.warn({ err: error, task: task.kind }, 'heavy work could not be given away');
      return 'ended';
    }
  }
  async function run(task: HeavyTask, instead: HeavyTask = task): Promise<unknown> {
    const answer = await ask(task);
    if (answer !== 'ended' && answer.ok) return answer.value;
    logger.debug({ task: task.kind, why: answer === 'ended' ? 'no other thread' : answer.why }, 'done here instead');
    return await runHeavyTask(instead);
  }

  return {
    shrinkPng: async (bytes, edge) => z.instanceof(Uint8Array).parse(await run({ kind: 'shrink_png', bytes, edge })),
    measureFrame: async (bytes) =>
      pixelsOf(bytes) <= smallPixels
        ? measureFrame(bytes)
        : frameContentSchema.parse(await run({ kind: 'measure_frame', bytes })),
    search: async (dataDir, query) => historyPageSchema.parse(await run({ kind: 'search', dataDir, query })),
    async countChangedLines(before, after) {
      if (before === null || before.length + after.length <= shortCharacters)
        return await diffsHere.countChangedLines(before, after);
      const task = { kind: 'count_lines', before, after } as const;
      // Where no other thread can be had it may take no longer than a short one.
      return lineCountsSchema.parse(
        await run({ ...task, limitMs: diffLimitMs }, { ...task, limitMs: diffLimitHereMs }),
      );
    },
    async merge(texts) {
      if (texts.base.length + texts.now.length + texts.target.length <= shortCharacters)
        return await diffsHere.merge(texts);
      return mergeSchema.parse(await run({ kind: 'merge', texts }));
    },
    async findEdits(before, after) {
      if (before.length + after.length <= shortCharacters) return findTextEdits(before, after);
      return foundEditsSchema.parse(await run({ kind: 'find_edits', before, after }));
    },
    async toMarkdown(record) {
      const length = record.changes.reduce(
        (sum, { before, after }) => sum + (before ?? '').length + (after ?? '').length,
        0,
      );
      if (length <= shortCharacters) return toMarkdown(record);
      return z.string().parse(await run({ kind: 'to_markdown', record }));
    },
    close() {
      closed = true;
      clearTimeout(idle);
      const old = channel;
      endAll();
      old?.close();
    },
  };
}
