import { formatDuration } from '../../lib/format.ts';

/**
 * How far a build is, judged by what such builds took before: Unity itself tells nothing. An estimate is never full before
 * the end, and says when the build takes longer than usual. Pure.
 */
export interface Progress {
  /** Null when no such build was made before. */
  readonly percent: number | null;
  readonly words: string;
}

const fullest = 97;

export function progressOf(elapsedMs: number, estimateMs: number | null): Progress {
  if (estimateMs === null || estimateMs <= 0) {
    return { percent: null, words: 'time unknown: the first such build of this project' };
  }
  const percent = Math.min(fullest, Math.floor((elapsedMs / estimateMs) * 100));
  const usual = `usually ${formatDuration(estimateMs)}`;
  if (elapsedMs > estimateMs) return { percent, words: `longer than usual · ${usual}` };
  // To whole seconds, so that it does not flicker.
  const left = Math.ceil((estimateMs - elapsedMs) / 1_000) * 1_000;
  return { percent, words: `about ${percent} %, ${formatDuration(left)} left · ${usual}` };
}
