import {
  addLatency,
  countLatencies,
  latencyPercentileMs,
  mergeLatencies,
  noLatencies,
  type LatencyCounts,
} from '../../../../shared/domain/latency.ts';
import type { RuleOf } from '../rules/ruleSchema.ts';
import { entryOf, isOver, wholeGroup, type Detector, type Reading } from './detector.ts';
import type { ObservationOf } from './observation.ts';
import { makeSlots, type Slots } from './slots.ts';

/*
 * Both look at the calls of a window against those right before it. A figure is made of at least `minCalls` calls: below
 * that no alert is raised, and no baseline is believed, so that the rule's own floor decides alone.
 */
type MovingRule = RuleOf<'error_rate'> | RuleOf<'latency'>;

interface Outcomes {
  calls: number;
  failed: number;
}

/** The share of calls that failed, 0 to 1. */
export function makeErrorRate(rule: RuleOf<'error_rate'>): Detector {
  return makeMoving<Outcomes>(rule, {
    make: () => ({ calls: 0, failed: 0 }),
    add(slot, { failed }) {
      slot.calls += 1;
      if (failed) slot.failed += 1;
    },
    figure(slots) {
      const calls = slots.reduce((sum, each) => sum + each.calls, 0);
      const failed = slots.reduce((sum, each) => sum + each.failed, 0);
      return { calls, value: calls === 0 ? 0 : failed / calls };
    },
    // More than every call cannot fail: where many fail as usual, all of them is the alert.
    threshold: (baseline) => Math.min(1, Math.max(rule.minShare, rule.factor * (baseline ?? 0))),
  });
}

/** The 95th percentile in milliseconds. */
export function makeLatency(rule: RuleOf<'latency'>): Detector {
  return makeMoving<LatencyCounts>(rule, {
    make: noLatencies,
    add(slot, { durationMs }) {
      if (durationMs !== null) addLatency(slot, durationMs);
    },
    figure(slots) {
      const merged = mergeLatencies(slots);
      return { calls: countLatencies(merged), value: latencyPercentileMs(merged, 0.95) ?? 0 };
    },
    threshold: (baseline) => Math.max(rule.minMs, rule.factor * (baseline ?? 0)),
  });
}

interface Measure<T> {
  readonly make: () => T;
  readonly add: (slot: T, call: ObservationOf<'call'>) => void;
  readonly figure: (slots: readonly T[]) => { readonly calls: number; readonly value: number };
  readonly threshold: (baseline: number | null) => number;
}

function makeMoving<T>(rule: MovingRule, measure: Measure<T>): Detector {
  const { minCalls, clearAt } = rule;
  const groups = new Map<string, Slots<T>>();
  const spans = { windowMs: rule.window, baselineMs: rule.baseline };

  function read(group: string, nowMs: number, open: number | undefined): Reading {
    const slots = groups.get(group)?.read(nowMs) ?? { window: [], baseline: [] };
    const now = measure.figure(slots.window);
    const before = measure.figure(slots.baseline);
    const baseline = before.calls >= minCalls ? before.value : null;
    const threshold = open ?? measure.threshold(baseline);
    const enough = now.calls >= (open === undefined ? minCalls : 1);
    return {
      value: now.value,
      threshold,
      baseline,
      isOver: enough && isOver(now.value, threshold, { clearAt, open: open !== undefined }),
    };
  }

  return {
    observe(observation) {
      if (observation.kind !== 'call') return null;
      const slots = entryOf(groups, groupOf(rule.per, observation), () => makeSlots(spans, measure.make));
      const slot = slots.at(observation.atMs);
      if (slot !== null) measure.add(slot, observation);
      return null;
    },
    groups(nowMs) {
      for (const [group, slots] of groups) if (slots.forget(nowMs)) groups.delete(group);
      return groups.keys();
    },
    read,
  };
}

function groupOf(per: MovingRule['per'], call: ObservationOf<'call'>): string {
  if (per === 'function') return call.name;
  return per === 'user' ? call.user : wholeGroup;
}
