/**
 * Sums over a moving window and the time before it, in slots of a tenth of the window: what is judged moves in these
 * steps, and a group costs at most some hundred numbers however many calls it has.
 */
export interface Slots<T> {
  /** The slot of that time, made when it is not there; null when it is older than all that is looked at. */
  readonly at: (atMs: number) => T | null;
  /** The slots of the window that ends at `nowMs`, and those of the baseline right before it. */
  readonly read: (nowMs: number) => { readonly window: readonly T[]; readonly baseline: readonly T[] };
  /** Forgets what is older than the baseline; true when nothing is left. */
  readonly forget: (nowMs: number) => boolean;
}

const slotsOfWindow = 10;

export function makeSlots<T>(
  { windowMs, baselineMs }: { readonly windowMs: number; readonly baselineMs: number },
  make: () => T,
): Slots<T> {
  const slotMs = windowMs / slotsOfWindow;
  const baselineSlots = Math.ceil(baselineMs / slotMs);
  const slots = new Map<number, T>();
  let newest = -Infinity;
  const indexOf = (ms: number): number => Math.floor(ms / slotMs);

  return {
    at(atMs) {
      const index = indexOf(atMs);
      if (index <= newest - slotsOfWindow - baselineSlots) return null;
      newest = Math.max(newest, index);
      let slot = slots.get(index);
      if (slot === undefined) {
        slot = make();
        slots.set(index, slot);
      }
      return slot;
    },
    read(nowMs) {
      const last = indexOf(nowMs);
      const first = last - slotsOfWindow + 1;
      const window: T[] = [];
      const baseline: T[] = [];
      for (const [index, slot] of slots) {
        // A slot ahead of this clock is the stream's: it counts as now.
        if (index >= first) window.push(slot);
        else if (index >= first - baselineSlots) baseline.push(slot);
      }
      return { window, baseline };
    },
    forget(nowMs) {
      const oldest = indexOf(nowMs) - slotsOfWindow - baselineSlots + 1;
      for (const index of slots.keys()) if (index < oldest) slots.delete(index);
      return slots.size === 0;
    },
  };
}
