import { countOf, emptyScript, lineOf, openWorld, worldSession, type World } from './world.ts';

/**
 * Many writes, a fault in each tenth; what was not written is asked for again, as a developer would. At the end every
 * file must have every edit once, in its order, and nothing else.
 */
export const chaosFaults = [
  'reload',
  'disconnect_before',
  'disconnect_after',
  'stall',
  'silence',
  'late',
  'closed',
] as const;
export type ChaosFault = (typeof chaosFaults)[number];

export interface ChaosReport {
  readonly ok: boolean;
  readonly writes: number;
  readonly faults: Readonly<Record<ChaosFault, number>>;
  /** Calls that were told at once that they succeeded. */
  readonly succeeded: number;
  /** Calls whose outcome was not known when they ended; the ledger found them applied. */
  readonly settledLater: number;
  /** Calls that were told that nothing was written, and were repeated. */
  readonly repeated: number;
  readonly files: number;
  readonly wrongFiles: readonly string[];
  readonly doubled: number;
  readonly lost: number;
  readonly ms: number;
}

const writesPerFile = 40;
const maxRepeats = 20;

export async function runWriteChaos(options: {
  readonly writes: number;
  readonly seed: number;
  readonly onProgress?: ((done: number) => void) | undefined;
}): Promise<ChaosReport> {
  const started = performance.now();
  const random = makeRandom(options.seed);
  const world = await openWorld();
  const faults: Record<ChaosFault, number> = Object.fromEntries(chaosFaults.map((kind) => [kind, 0])) as Record<
    ChaosFault,
    number
  >;
  const counts = { succeeded: 0, settledLater: 0, repeated: 0 };
  const files = Array.from({ length: Math.ceil(options.writes / writesPerFile) }, (_, index) => `Chaos${index}`);
  const expected = new Map<string, string[]>(files.map((name) => [name, []]));
  try {
    for (let index = 0; index < options.writes; index += 1) {
      const name = files[index % files.length] ?? '';
      const token = `edit${index}`;
      const kind = index % 10 === 9 ? chaosFaults[((index - 9) / 10) % chaosFaults.length] : undefined;
      if (kind !== undefined) {
        faults[kind] += 1;
        inject(world, kind, Math.floor(random() * 40));
      }
      await writeUntilThere(world, name, token, counts);
      expected.get(name)?.push(token);
      options.onProgress?.(index + 1);
    }
    await world.settle();
    const texts = files.map((name) => ({ name, text: world.read(pathOf(name)), tokens: expected.get(name) ?? [] }));
    const times = texts.flatMap(({ text, tokens }) => tokens.map((token) => countOf(text, token)));
    const wrongFiles = texts.filter(({ name, text, tokens }) => text !== textOf(name, tokens)).map(({ name }) => name);
    const doubled = times.filter((count) => count > 1).length;
    const lost = times.filter((count) => count === 0).length;
    return {
      ok: wrongFiles.length === 0,
      writes: options.writes,
      faults,
      ...counts,
      files: files.length,
      wrongFiles,
      doubled,
      lost,
      ms: Math.round(performance.now() - started),
    };
  } finally {
    await world.close();
  }
}

const pathOf = (name: string): string => `Assets/Scripts/${name}.cs`;
const textOf = (name: string, tokens: readonly string[]): string =>
  emptyScript(name).replace('    // end\n', () => `${tokens.map(lineOf).join('')}    // end\n`);

async function writeUntilThere(
  world: World,
  name: string,
  token: string,
  counts: { succeeded: number; settledLater: number; repeated: number },
): Promise<void> {
  for (let attempt = 0; attempt < maxRepeats; attempt += 1) {
    const callId = `${token}_${attempt}`;
    try {
      await writeOnce(world, name, token, callId);
      counts.succeeded += 1;
      return;
    } catch {
      while (world.writesOf(callId).some(({ outcome }) => outcome === null)) {
        await world.unity().editor.refresh();
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
      if (world.writesOf(callId).some(({ outcome }) => outcome === 'applied')) {
        counts.settledLater += 1;
        return;
      }
      counts.repeated += 1;
    }
  }
  throw new Error(`${token} could not be written in ${maxRepeats} attempts.`);
}

async function writeOnce(world: World, name: string, token: string, callId: string): Promise<void> {
  const context = { sessionId: worldSession, callId, signal: new AbortController().signal };
  const unity = world.unity();
  const path = pathOf(name);
  const plan =
    world.read(path) === null
      ? await unity.planScript({ name, contents: textOf(name, [token]) }, context)
      : await unity.planPatch(
          { path, edits: [{ search: '    // end\n', replace: `${lineOf(token)}    // end\n` }] },
          context,
        );
  await unity.unityGenerateScript(plan, context);
}

/** Sets the fault off for the next edit, or `afterMs` from now. */
function inject(world: World, kind: ChaosFault, afterMs: number): void {
  const { editor } = world;
  const command = { command: 'manage_script', ms: 150 };
  const later = (work: () => void): void => void setTimeout(work, afterMs);
  switch (kind) {
    case 'reload':
      return later(() => void editor.reload());
    case 'disconnect_before':
      return armed(world, { ...command, kind: 'drop_before_write' });
    case 'disconnect_after':
      return armed(world, { ...command, kind: 'drop_after_write' });
    case 'silence':
      return armed(world, { ...command, kind: 'no_answer' });
    case 'late':
      return armed(world, { ...command, kind: 'late_write', ms: 400 });
    case 'stall':
      return later(() => {
        editor.freeze();
        setTimeout(() => editor.thaw(), 300);
      });
    case 'closed':
      return later(() => {
        editor.closeEditor();
        setTimeout(() => editor.openEditor(), 300);
      });
  }
}

/** Armed only when the write is under way, so that no read takes it. */
function armed(world: World, fault: Parameters<World['editor']['faults']['add']>[0]): void {
  const stop = world.onIntend(() => {
    stop();
    world.editor.faults.clear();
    world.editor.faults.add({ ...fault, action: 'apply_text_edits' });
  });
}

/** mulberry32: small, seeded, the same everywhere. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
