import { waitMs } from '../shared/node/lifecycle/index.ts';
import type { WalPosition } from './walPosition.ts';

/*
 * How far the replica must be for this process to read its own writes. A write is over when it is committed; its WAL
 * position comes right behind, and only a read waits for it. A position that does not come (the connection broke after
 * the commit) leaves `unknown`: such reads stay on the primary until the position of a later write covers it.
 */

/** What a read must see: everything up to a position, everything (nobody knows the position), or nothing of its own. */
export type ReadAfter = WalPosition | 'unknown' | undefined;

export interface LastWrite {
  /** Call before a write is sent; the returned function takes its position once it is committed. */
  readonly begin: () => (position: Promise<WalPosition | undefined>) => void;
  /** Waits for positions that are on their way, at most `patienceMs`. */
  readonly get: () => Promise<ReadAfter>;
}

export function makeLastWrite({ patienceMs = 500 }: { readonly patienceMs?: number } = {}): LastWrite {
  let begun = 0;
  let known: { readonly position: WalPosition; readonly begun: number } | undefined;
  /** Writes that began up to this one may have no known position. */
  let unknownUpTo = 0;
  const coming = new Set<Promise<void>>();

  function take(position: WalPosition, order: number): void {
    // A position that was asked after a write began is beyond every write that was over by then.
    if (order > unknownUpTo) unknownUpTo = 0;
    const isNewer =
      known === undefined ||
      // Of two timelines the one that was met later counts: a failover lies between them.
      (known.position.timeline === position.timeline ? position.lsn > known.position.lsn : order > known.begun);
    if (isNewer) known = { position, begun: order };
  }

  async function keep(position: Promise<WalPosition | undefined>, order: number): Promise<void> {
    const value = await position.catch(() => undefined);
    if (value === undefined) unknownUpTo = begun;
    else take(value, order);
  }

  return {
    begin() {
      begun += 1;
      const order = begun;
      return (position) => {
        const arrival = keep(position, order);
        coming.add(arrival);
        void arrival.finally(() => coming.delete(arrival));
      };
    },
    async get() {
      if (coming.size > 0) {
        const over = new AbortController();
        const arrived = Promise.all(coming).then(() => true);
        const isComplete = await Promise.race([arrived, waitMs(patienceMs, over.signal).then(() => false)]);
        over.abort();
        if (!isComplete) return 'unknown';
      }
      return unknownUpTo > 0 ? 'unknown' : known?.position;
    },
  };
}
