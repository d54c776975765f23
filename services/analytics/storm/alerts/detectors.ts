import type { Rule, RuleOf } from '../rules/ruleSchema.ts';
import { makeErrorRate, makeLatency } from './callDetectors.ts';
import { entryOf, isOver, wholeGroup, type Detector } from './detector.ts';

export function makeDetector(rule: Rule): Detector {
  switch (rule.kind) {
    case 'error_rate':
      return makeErrorRate(rule);
    case 'latency':
      return makeLatency(rule);
    case 'builds_failed':
      return makeBuildsFailed(rule);
    case 'budget':
      return makeBudget(rule);
    case 'dead_letters':
      return makeDeadLetters(rule);
    case 'silent_consumer':
      return makeSilentConsumer(rule);
  }
}

/** Failed builds since the last one that was completed; that one clears. */
function makeBuildsFailed({ per, inARow }: RuleOf<'builds_failed'>): Detector {
  const streaks = new Map<string, number>();
  return {
    observe(observation) {
      if (observation.kind !== 'build') return null;
      const group = per === 'all' ? wholeGroup : observation[per];
      if (observation.failed) streaks.set(group, (streaks.get(group) ?? 0) + 1);
      else streaks.delete(group);
      return group;
    },
    groups: () => streaks.keys(),
    read(group, _nowMs, open) {
      const value = streaks.get(group) ?? 0;
      const threshold = open ?? inARow;
      return { value, threshold, baseline: null, isOver: open === undefined ? value >= threshold : value > 0 };
    },
  };
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Whole micro-dollars of a UTC day; the next day clears. */
function makeBudget({ per, usdPerDay }: RuleOf<'budget'>): Detector {
  const limit = Math.round(usdPerDay * 1_000_000);
  /** By day, since the first costs of a day may come before the last ones of the day before. */
  const days = new Map<number, Map<string, number>>();
  const dayOf = (ms: number): number => Math.floor(ms / dayMs);
  return {
    observe(observation) {
      if (observation.kind !== 'cost') return null;
      const group = per === 'all' ? wholeGroup : observation[per];
      const day = dayOf(observation.atMs);
      let groups = days.get(day);
      if (groups === undefined) {
        groups = new Map();
        days.set(day, groups);
      }
      groups.set(group, (groups.get(group) ?? 0) + observation.microUsd);
      return group;
    },
    groups(nowMs) {
      for (const day of days.keys()) if (day < dayOf(nowMs)) days.delete(day);
      return days.get(dayOf(nowMs))?.keys() ?? [];
    },
    read(group, nowMs) {
      const value = days.get(dayOf(nowMs))?.get(group) ?? 0;
      return { value, threshold: limit, baseline: null, isOver: value >= limit };
    },
  };
}

/** By how many dead letters the stream grew within the window. */
function makeDeadLetters({ window, minGrowth, clearAt }: RuleOf<'dead_letters'>): Detector {
  let samples: { readonly atMs: number; readonly total: number }[] = [];
  return {
    observe(observation) {
      if (observation.kind !== 'dead_letters') return null;
      const { atMs, total } = observation;
      // Fewer than before: somebody made the stream anew, and what was counted is of the old one.
      if (total < (samples.at(-1)?.total ?? 0)) samples = [];
      samples.push({ atMs, total });
      return wholeGroup;
    },
    groups(nowMs) {
      // The newest one that is older than the window is where the growth begins.
      const begin = samples.findLastIndex(({ atMs }) => atMs <= nowMs - window);
      if (begin > 0) samples.splice(0, begin);
      return samples.length === 0 ? [] : [wholeGroup];
    },
    read(_group, nowMs, open) {
      const known = samples.findLast(({ atMs }) => atMs <= nowMs - window);
      const value = (samples.at(-1)?.total ?? 0) - ((known ?? samples[0])?.total ?? 0);
      // Not looked at for a whole window yet: an alert from before may still be right, and stays.
      const held = open !== undefined && known === undefined;
      return {
        value,
        threshold: minGrowth,
        baseline: null,
        isOver: held || isOver(value, minGrowth, { clearAt, open: open !== undefined }),
      };
    },
  };
}

interface Durable {
  ackFloorSeq: number;
  /** When it last moved, or had nothing to do; until it did, the first look at it. */
  movedMs: number;
  hasMoved: boolean;
  seenMs: number;
}

/**
 * For how many milliseconds events waited and none was acknowledged. Up to the last look at the consumer: whoever cannot
 * look knows nothing of it, and neither raises nor clears.
 */
function makeSilentConsumer({ silentFor, minLag }: RuleOf<'silent_consumer'>): Detector {
  const durables = new Map<string, Durable>();
  return {
    observe(observation) {
      if (observation.kind !== 'durable') return null;
      const { atMs, name, lag, ackFloorSeq } = observation;
      const durable = entryOf(durables, name, () => ({ ackFloorSeq, movedMs: atMs, hasMoved: false, seenMs: atMs }));
      if (lag < minLag || ackFloorSeq !== durable.ackFloorSeq) {
        durable.movedMs = atMs;
        durable.hasMoved = true;
      }
      durable.ackFloorSeq = ackFloorSeq;
      durable.seenMs = atMs;
      return name;
    },
    groups: () => durables.keys(),
    read(name, _nowMs, open) {
      const durable = durables.get(name);
      const value = durable === undefined ? 0 : durable.seenMs - durable.movedMs;
      return {
        value,
        threshold: silentFor,
        baseline: null,
        // An alert from before ends when it is seen to move, not because nobody has looked for long.
        isOver: open === undefined ? value >= silentFor : value > 0 || durable?.hasMoved !== true,
      };
    },
  };
}
