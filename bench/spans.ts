import type { Span } from '../services/sandbox/activity.ts';

/** Time in milliseconds that at least one of the spans covers within a window; spans may overlap. */
export function coveredMs(
  spans: readonly Pick<Span, 'startMs' | 'endMs'>[],
  window: { readonly startMs: number; readonly endMs: number },
): number {
  const sorted = spans
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(startMs, window.startMs),
      endMs: Math.min(endMs, window.endMs),
    }))
    .filter(({ startMs, endMs }) => endMs > startMs)
    .sort((a, b) => a.startMs - b.startMs);
  let covered = 0;
  let reached = -Infinity;
  for (const { startMs, endMs } of sorted) {
    if (endMs <= reached) continue;
    covered += endMs - Math.max(startMs, reached);
    reached = endMs;
  }
  return covered;
}

/** The pauses between the end of each span and the start of the next, as spans. */
export function pausesBetween(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.startMs - b.startMs);
  return sorted.slice(1).flatMap((next, index) => {
    const previous = sorted[index];
    return previous === undefined || next.startMs <= previous.endMs
      ? []
      : [{ what: 'pause', startMs: previous.endMs, endMs: next.startMs }];
  });
}
