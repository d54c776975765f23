import type { IntentStore, LedgerEntry, OpenSet, SceneWrite } from '../index.ts';

/** Intents that end with the program: the check removes everything that it writes. */
export function makeMemoryStore(): IntentStore {
  const open = new Map<string, LedgerEntry>();
  const applied = new Set<string>();
  const sets = new Map<string, OpenSet>();
  const scenes = new Map<string, SceneWrite>();
  return {
    intend: (entry) => void open.set(entry.writeId, entry),
    settle(writeId, outcome) {
      const entry = open.get(writeId);
      if (outcome === 'applied' && entry !== undefined) applied.add(`${entry.path} ${entry.sha256After}`);
      open.delete(writeId);
    },
    open: () => [...open.values()],
    sets: {
      begin: ({ files, ...set }) =>
        void sets.set(set.setId, { ...set, files: files.map((file) => ({ file, applied: false })) }),
      settle: (setId) => void sets.delete(setId),
      open: () =>
        [...sets.values()].map((set) => ({
          ...set,
          files: set.files.map(({ file }) => ({ file, applied: applied.has(`${file.path} ${file.sha256After}`) })),
        })),
    },
    scenes: {
      intend: (write) => void scenes.set(write.writeId, write),
      settle: (writeId) => void scenes.delete(writeId),
      open: () => [...scenes.values()],
    },
  };
}
