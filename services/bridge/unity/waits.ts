/**
 * How long to wait for something that this project has done before: twice the 95th percentile of its own history,
 * because one slow reload must not be taken for a closed editor, between a floor and a ceiling. Below five samples the
 * first guess is used.
 */
export interface WaitBounds {
  readonly firstMs: number;
  readonly floorMs: number;
  readonly ceilingMs: number;
}

const minSamples = 5;
const margin = 2;

/** Milliseconds; `durations` in any order, nonsense in it (negative, not finite) is left out. */
export function sizedWait(durations: readonly number[], { firstMs, floorMs, ceilingMs }: WaitBounds): number {
  const known = durations.filter((ms) => Number.isFinite(ms) && ms >= 0).toSorted((a, b) => a - b);
  if (known.length < minSamples) return firstMs;
  const p95 = known[Math.ceil(known.length * 0.95) - 1] ?? firstMs;
  return Math.min(ceilingMs, Math.max(floorMs, p95 * margin));
}

/** An editor that was just there and is not listed is most likely reloading. */
export const absenceBounds: WaitBounds = { firstMs: 5_000, floorMs: 5_000, ceilingMs: 60_000 };
/** After a compile it surely is. */
export const reloadBounds: WaitBounds = { firstMs: 90_000, floorMs: 20_000, ceilingMs: 300_000 };
/** How long a call waits for a reload to end. */
export const reloadWaitBounds: WaitBounds = { firstMs: 60_000, floorMs: 20_000, ceilingMs: 180_000 };
/** How long a compile that a change caused is followed. */
export const compileBounds: WaitBounds = { firstMs: 90_000, floorMs: 30_000, ceilingMs: 240_000 };
