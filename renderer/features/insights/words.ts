import type { InsightSource, InsightTotals, InsightsView } from '../../../shared/contracts/api/index.ts';
import { latencyBoundsMs } from '../../../shared/domain/latency.ts';
import { countOf, formatDuration } from '../../lib/format.ts';

/** `Mon 23 Nov`: a UTC day, whatever the zone of this machine. */
export const dayText = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  });

/** `23 Nov`. */
export const shortDayText = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });

/** Where the figures are from and whose they are. */
export function sourceText(source: InsightSource): string {
  if (source.kind === 'journal') {
    return {
      chosen: 'From the journal of this machine.',
      no_database: 'From the journal of this machine alone: no database is configured.',
      database_away: 'From the journal of this machine alone: the database does not answer.',
      analytics_away: 'From the journal of this machine alone: the analytics API does not answer.',
    }[source.why];
  }
  const parts = [
    originText(source),
    ...(source.analyticsAway === null ? [] : ['the analytics API did not answer']),
    ...(source.queuedEvents === 0 ? [] : [`${countOf(source.queuedEvents, 'event')} of this machine not sent yet`]),
    ...(source.waitingDays === 0 ? [] : [`${countOf(source.waitingDays, 'earlier day')} to be counted again`]),
  ];
  return `${parts.join(' · ')}.`;
}

/** What did not answer, and what is shown instead; null where all answered. */
export function awayText(source: InsightSource): string | null {
  if (source.kind !== 'journal') {
    return source.analyticsAway === null
      ? null
      : `${source.analyticsAway} The figures below are read from the database instead.`;
  }
  return source.detail === ''
    ? null
    : `${source.detail} What was done on this machine is below; the rest is in the database.`;
}

function originText({ kind, lagMs }: Exclude<InsightSource, { kind: 'journal' }>): string {
  switch (kind) {
    case 'analytics':
      return `From the analytics API, ${behindText(lagMs)}`;
    case 'replica':
      return `From the replica, ${behindText(lagMs)}`;
    case 'primary':
      return 'From the primary, up to date';
  }
}

const behindText = (lagMs: number | null): string =>
  lagMs === null
    ? 'how far it is behind is not known'
    : lagMs < 1_000
      ? 'up to date'
      : `${formatDuration(lagMs)} behind`;

/** Succeeded of those that succeeded or failed, in percent; null where there is neither. */
export function successOf({ succeeded, failed }: Pick<InsightTotals, 'succeeded' | 'failed'>): number | null {
  return succeeded + failed === 0 ? null : (succeeded / (succeeded + failed)) * 100;
}

/** `97.4 %`; 100 only where nothing failed. */
export function percentOf(percent: number | null): string {
  if (percent === null) return '–';
  if (percent === 100 || percent === 0) return `${percent} %`;
  return `${Math.min(99.9, Math.max(0.1, percent)).toFixed(1)} %`;
}

const [beyond = 0, lastBound = 0] = latencyBoundsMs.slice(-2);

/** `≤ 1.5 s`: a percentile that is the upper bound of a bucket. The last bound also stands for all that is longer. */
export function withinText(boundMs: number | null): string {
  if (boundMs === null) return '–';
  return boundMs < lastBound ? `≤ ${formatDuration(boundMs)}` : `> ${formatDuration(beyond)}`;
}

export interface ChangeText {
  readonly text: string;
  readonly direction: 'up' | 'down' | 'same';
}

/** Against the time before: `+12 %`; where there was nothing, that is said. */
export function changeOf(now: number, before: number): ChangeText {
  if (now === before) return { text: 'no change', direction: 'same' };
  if (before === 0) return { text: 'none before', direction: 'up' };
  const percent = ((now - before) / before) * 100;
  const sign = percent > 0 ? '+' : '−';
  const size = Math.abs(percent);
  return {
    text: `${sign}${size < 1 ? '<1' : Math.round(size).toLocaleString('en')} %`,
    direction: percent > 0 ? 'up' : 'down',
  };
}

/** Of a rate, in percentage points. */
export function pointsOf(now: number | null, before: number | null): ChangeText {
  if (now === null) return { text: 'no call ended by itself', direction: 'same' };
  if (before === null) return { text: 'none before', direction: 'same' };
  const points = now - before;
  if (Math.abs(points) < 0.05) return { text: 'no change', direction: 'same' };
  return {
    text: `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} points`,
    direction: points > 0 ? 'up' : 'down',
  };
}

/** There is nothing to show at all, also not of the time before. */
export const isEmpty = ({ totals, before, usage, events }: InsightsView): boolean =>
  totals.calls + before.calls + totals.builds + before.builds + before.costMicroUsd === 0 &&
  usage.length === 0 &&
  events.length === 0;
