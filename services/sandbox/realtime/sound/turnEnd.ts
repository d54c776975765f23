import type { TurnDetection } from '../protocol/index.ts';

/** Silence after which the semantic detection asks itself whether the sentence is finished. */
const considerAfterMs = 300;
/** The documented longest waits of the semantic detection. */
const longestWaitMs = { low: 8_000, medium: 4_000, auto: 4_000, high: 2_000 } as const;

/**
 * Whether a turn is over after `silentMs` of silence. The semantic detection ends early when what was said so far ends
 * like a sentence; else it waits as long as its eagerness says.
 */
export function isTurnOver(detection: TurnDetection, silentMs: number, said: () => string | null): boolean {
  if (detection.type === 'server_vad') return silentMs >= (detection.silence_duration_ms ?? 500);
  if (silentMs >= longestWaitMs[detection.eagerness ?? 'auto']) return true;
  return silentMs === considerAfterMs && /[.!?…]["')]?$/u.test(said() ?? '');
}
