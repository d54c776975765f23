import type { UndoConflict } from '../../../../shared/contracts/index.ts';
import { countLines } from '../lineDiff.ts';

type Region = UndoConflict['regions'][number];

/** What a person can look at in a panel; the rest is in the editor. */
const maxSide = 4_000;
const maxRegions = 100;

/**
 * A conflict small enough to be sent: each side of each region cut with its line range and what was left out. Whole texts
 * go only where they are short and there are no regions to show instead.
 */
export function capConflict(conflict: UndoConflict): UndoConflict {
  const { now, wanted, regions } = conflict;
  const isShort = (now ?? '').length <= maxSide && (wanted ?? '').length <= maxSide;
  if (regions.length <= 1 && isShort) return conflict;
  const all = regions.length === 0 ? [{ line: 1, now: now ?? '', wanted: wanted ?? '' }] : regions;
  const more = all.length - maxRegions;
  return {
    ...conflict,
    now: null,
    wanted: null,
    regions: all.slice(0, maxRegions).map(capRegion),
    ...(more > 0 ? { moreRegions: more } : {}),
  };
}

function capRegion({ line, now, wanted }: Region): Region {
  return {
    line,
    toLine: line + Math.max(0, countLines(now) - 1),
    now: now.slice(0, maxSide),
    wanted: wanted.slice(0, maxSide),
    ...(now.length > maxSide ? { nowCut: now.length - maxSide } : {}),
    ...(wanted.length > maxSide ? { wantedCut: wanted.length - maxSide } : {}),
  };
}
