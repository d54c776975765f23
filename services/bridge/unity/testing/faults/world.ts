import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogger } from '../../../../../shared/node/logging/index.ts';
import { startUnitySimulator, type UnityEditorSim } from '../../../../sandbox/unity/index.ts';
import { openJournal, type Journal, type LedgerRecord } from '../../../journal/index.ts';
import { makeUnityAdapter, type UnityConnection } from '../../index.ts';
import type { IntentStore } from '../../types.ts';

/**
 * A simulated editor and a real journal that stay, and a bridge between them that can be killed and started again at any
 * moment: a killed one stores nothing more, whatever still comes back to it.
 */
export interface World {
  readonly editor: UnityEditorSim;
  readonly unity: () => UnityConnection;
  readonly journal: () => Journal;
  /** Kills the bridge and starts another one on the same journal; `meanwhile` is what happens in between. */
  readonly restart: (meanwhile?: () => Promise<void>) => Promise<void>;
  /** Called after an intent was stored, before the write is sent. */
  readonly onIntend: (listener: () => void) => () => void;
  readonly writesOf: (callId: string) => LedgerRecord[];
  /** Heals the editor, and resolves when nothing is on its way any more and every write is settled. */
  readonly settle: () => Promise<void>;
  readonly read: (path: string) => string | null;
  readonly put: (path: string, text: string) => void;
  readonly remove: (path: string) => void;
  readonly close: () => Promise<void>;
}

export const worldSession = '018f0000-0000-7000-8000-000000000001';
/** What takes half a minute on the real server takes a tenth of a second here. */
const waits = { commandMs: 150, fastMs: 120, probeMs: 120, sessionMs: 500, readyMs: 600, pollMs: 10 };
const settleLimitMs = 20_000;
const logger = makeLogger({ name: 'faults', level: 'silent' });

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'spark-faults-'));
  const projectDir = join(folder, 'project');
  const simulator = await startUnitySimulator({ projectDir, compileMs: 10, reloadMs: 15, waits });
  const { editor } = simulator;
  const listeners = new Set<() => void>();
  let bridge = startBridge();

  function startBridge(): { readonly journal: Journal; readonly unity: UnityConnection; kill: () => Promise<void> } {
    const source = { app: 'spark-test', version: '0.0.0', host: 'test' };
    const journal = openJournal({ dataDir: join(folder, 'journal'), source, clock: Date.now, logger });
    let killed = false;
    const told = (): void => {
      for (const listener of listeners) listener();
    };
    const refuseKilled = (): void => {
      if (killed) throw new Error('killed');
    };
    const ledger: IntentStore = {
      intend(entry) {
        refuseKilled();
        journal.ledger.intend(entry);
        told();
      },
      settle: (...settlement) => (killed ? undefined : journal.ledger.settle(...settlement)),
      open: () => (killed ? [] : journal.ledger.open()),
      sets: {
        begin(set) {
          refuseKilled();
          journal.ledger.sets.begin(set);
        },
        settle: (...settlement) => (killed ? undefined : journal.ledger.sets.settle(...settlement)),
        open: () => (killed ? [] : journal.ledger.sets.open()),
      },
      scenes: {
        intend(write) {
          refuseKilled();
          journal.ledger.scenes.intend(write);
          told();
        },
        settle: (...settlement) => (killed ? undefined : journal.ledger.scenes.settle(...settlement)),
        open: () => (killed ? [] : journal.ledger.scenes.open()),
      },
    };
    const unity = makeUnityAdapter({ url: simulator.url, ledger, logger, pollMs: 100, fastPollMs: 15 });
    return {
      journal,
      unity,
      async kill() {
        killed = true;
        // At once: whatever still runs of it keeps nothing more.
        journal.close();
        await unity.close();
      },
    };
  }

  const pathOf = (path: string): string => join(projectDir, path);
  return {
    editor,
    unity: () => bridge.unity,
    journal: () => bridge.journal,
    async restart(meanwhile) {
      await bridge.kill();
      await meanwhile?.();
      bridge = startBridge();
    },
    onIntend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    writesOf: (callId) => bridge.journal.ledger.ofCall(worldSession, callId),
    async settle() {
      editor.faults.clear();
      editor.thaw();
      editor.openEditor();
      const deadline = Date.now() + settleLimitMs;
      while (bridge.journal.ledger.isUnsettled(worldSession)) {
        if (Date.now() > deadline) throw new Error('A write was not settled.');
        await bridge.unity.editor.refresh();
        await new Promise((resolve) => void setTimeout(resolve, 10));
      }
      await editor.whenIdle();
      // It works in order: when this has been answered, nothing older is left.
      await editor.execute({ name: 'ping', params: {} }).catch(() => undefined);
    },
    read(path) {
      try {
        return readFileSync(pathOf(path), 'utf8');
      } catch {
        return null;
      }
    },
    put: (path, text) => writeFileSync(pathOf(path), text),
    remove(path) {
      rmSync(pathOf(path), { force: true });
      rmSync(pathOf(`${path}.meta`), { force: true });
    },
    async close() {
      editor.thaw();
      await bridge.kill();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A script with a place for edits; each edit adds one line that is nowhere else. */
export const emptyScript = (name: string): string =>
  `using UnityEngine;\n\npublic class ${name} : MonoBehaviour\n{\n    // end\n}\n`;
export const lineOf = (token: string): string => `    int ${token};\n`;
export const withLine = (text: string, line: string): string =>
  text.replace('    // end\n', () => `${line}    // end\n`);
export const countOf = (text: string | null, token: string): number => (text ?? '').split(` ${token};`).length - 1;
