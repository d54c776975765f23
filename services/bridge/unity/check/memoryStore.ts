import type { LedgerEntry, LedgerStore } from '../index.ts';

/** A ledger that ends with the program: the check removes everything that it writes. */
export function makeMemoryStore(): LedgerStore {
  const open = new Map<string, LedgerEntry>();
  return {
    intend: (entry) => void open.set(entry.writeId, entry),
    settle: (writeId) => void open.delete(writeId),
    open: () => [...open.values()],
  };
}
