import { backoffMs } from '../../../shared/node/lifecycle/index.ts';
import type { RateLimit, WireError } from './protocol/index.ts';

/** What the service last said about its limits, and when that was (monotonic milliseconds). */
export interface LimitsSeen {
  readonly limits: readonly RateLimit[];
  readonly at: number;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `Please try again in 1.2s`, `in 6m0s`, `in 250ms`: what the text asks for, in milliseconds; null when it says nothing. */
export function retryInMs(message: string): number | null {
  const said = /\bin ((?:\d+(?:\.\d+)?\s?(?:ms|s|m|h|d))+)(?![a-z])/i.exec(message)?.[1];
  if (said === undefined) return null;
  const parts = said.matchAll(/(\d+(?:\.\d+)?)\s?(ms|s|m|h|d)/gi);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit?.toLowerCase() ?? ''] ?? 0), 0);
}

/**
 * How long to wait before asking again: as the error's text says, else until the exhausted limit resets, else with
 * backoff. A little is added, so that several sessions do not come back in the same instant.
 */
export function rateLimitWaitMs(options: {
  readonly error: WireError | null | undefined;
  readonly seen: LimitsSeen | null;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** From 0. */
  readonly attempt: number;
  readonly random?: () => number;
}): number {
  const { error, seen, now, attempt, random = Math.random } = options;
  const said = retryInMs(error?.message ?? '');
  const resets = (seen?.limits ?? []).flatMap(({ remaining, reset_seconds: seconds }) =>
    remaining !== undefined && remaining <= 0 && seconds !== undefined ? [seconds * 1_000] : [],
  );
  const untilReset = seen === null || resets.length === 0 ? null : Math.max(...resets) - (now - seen.at);
  // A limit that should have been reset by now and was not says nothing about when it will be.
  const wait =
    [said, untilReset].find((ms) => ms !== null && ms > 0) ?? backoffMs(attempt + 1, { baseMs: 1_000, capMs: 60_000 });
  return Math.max(0, Math.ceil(wait)) + Math.round(random() * Math.min(250, Math.max(20, wait * 0.1)));
}
