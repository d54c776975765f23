import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { makeUnityEditorSim, type EditorOptions, type UnityEditorSim } from '../../../sandbox/unity/index.ts';
import { makeUnityAdapter, type UnityAdapterOptions, type UnityConnection } from '../index.ts';
import type { SceneVerdict } from '../sceneTypes.ts';
import type { CallContext, IntentStore, LedgerEntry, WriteOutcome } from '../types.ts';
import { makeMemoryStore } from '../check/memoryStore.ts';
import { startFront } from './front.ts';

/** A simulated editor on a fresh project, an adapter connected to it, and a ledger that can be looked into. */
export interface Harness {
  readonly simulator: { readonly url: string; readonly projectDir: string; readonly editor: UnityEditorSim };
  readonly unity: UnityConnection;
  readonly ledger: MemoryLedger;
  readonly context: CallContext;
  readonly disk: (path: string) => Promise<string>;
  readonly putOnDisk: (path: string, text: string) => Promise<void>;
  /** Plans and writes a script. */
  readonly generate: (name: string, contents: string) => Promise<WriteOutcome>;
  readonly close: () => Promise<void>;
}

export interface MemoryLedger extends IntentStore {
  readonly verdicts: SceneVerdict[];
  readonly entries: Map<string, { readonly entry: LedgerEntry; outcome: string | null; settled: number }>;
  readonly outcomes: () => (string | null)[];
}

export function makeMemoryLedger(open: readonly LedgerEntry[] = []): MemoryLedger {
  const entries: MemoryLedger['entries'] = new Map(
    open.map((entry) => [entry.writeId, { entry, outcome: null, settled: 0 }]),
  );
  const memory = makeMemoryStore();
  const verdicts: SceneVerdict[] = [];
  return {
    entries,
    verdicts,
    sets: memory.sets,
    scenes: {
      ...memory.scenes,
      settle(writeId, verdict) {
        verdicts.push(verdict);
        memory.scenes.settle(writeId, verdict);
      },
    },
    outcomes: () => [...entries.values()].map(({ outcome }) => outcome),
    intend(entry) {
      memory.intend(entry);
      entries.set(entry.writeId, { entry, outcome: null, settled: 0 });
    },
    settle(writeId, outcome) {
      const row = entries.get(writeId);
      if (row === undefined) throw new Error(`settled without an intent: ${writeId}`);
      row.outcome = outcome;
      row.settled += 1;
      memory.settle(writeId, outcome, null);
    },
    open: () => [...entries.values()].filter(({ outcome }) => outcome === null).map(({ entry }) => entry),
  };
}

export const quiet = makeLogger({ name: 'test', level: 'silent' });

export const contextOf = (signal: AbortSignal = new AbortController().signal): CallContext => ({
  sessionId: '018f0000-0000-7000-8000-000000000001',
  callId: 'call_1',
  signal,
});

export async function startHarness(
  options: {
    readonly simulator?: Partial<EditorOptions>;
    readonly adapter?: Partial<UnityAdapterOptions>;
    readonly ledger?: MemoryLedger;
  } = {},
): Promise<Harness> {
  const projectDir = await mkdtemp(join(tmpdir(), 'spark-unity-'));
  const editor = await makeUnityEditorSim({
    projectDir,
    compileMs: 60,
    reloadMs: 60,
    buildMs: 300,
    ...options.simulator,
  });
  const front = await startFront({ editors: [editor] });
  const simulator = { url: front.url, projectDir: editor.projectDir, editor };
  const ledger = options.ledger ?? makeMemoryLedger();
  const unity = makeUnityAdapter({
    url: simulator.url,
    ledger,
    logger: quiet,
    pollMs: 100,
    fastPollMs: 50,
    buildPollMs: 50,
    ...options.adapter,
  });
  const context = contextOf();
  return {
    simulator,
    unity,
    ledger,
    context,
    disk: (path) => readFile(join(projectDir, path), 'utf8'),
    putOnDisk: (path, text) => writeFile(join(projectDir, path), text),
    async generate(name, contents) {
      const plan = await unity.planScript({ name, contents }, context);
      return await unity.unityGenerateScript(plan, context);
    },
    async close() {
      await unity.close();
      await front.close();
      await editor.close();
      await rm(projectDir, { recursive: true, force: true });
    },
  };
}

export const scriptOf = (name: string, body = ''): string =>
  `using UnityEngine;\n\npublic class ${name} : MonoBehaviour\n{\n${body}}\n`;
