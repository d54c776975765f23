import type { Retention } from '../../shared/contracts/index.ts';
import type { FrameLimits } from './journal/index.ts';

const dayMs = 24 * 3_600_000;

export const frameLimitsOf = ({ frameDays, frameMegabytes }: Retention): FrameLimits => ({
  maxAgeMs: frameDays * dayMs,
  maxBytes: frameMegabytes * 1_000_000,
});

/** Sessions last used before this time are past theirs (ISO 8601); null when sessions are kept for ever. */
export const sessionsBefore = ({ sessionDays }: Retention, now: number): string | null =>
  sessionDays === null ? null : new Date(now - sessionDays * dayMs).toISOString();
