import { v5 as uuidFromName } from 'uuid';
import type { Alert } from '../../../../shared/contracts/index.ts';
import type { Rule } from '../rules/ruleSchema.ts';
import { alertSource } from './alert.ts';
import type { Detector } from './detector.ts';
import { makeDetector } from './detectors.ts';
import type { Observation } from './observation.ts';

/**
 * Rules over what is observed: the changes of alerts come out. Pure but for its memory: no clock, no input or output, so
 * the same observations and ticks give the same alerts. One group of a rule has at most one open alert: a second one is
 * not raised before the first has cleared.
 */
export interface Engine {
  /** Returns what changes at once; what is judged over windows waits for the next tick. */
  readonly observe: (observation: Observation) => readonly Alert[];
  readonly tick: (nowMs: number) => readonly Alert[];
  readonly open: () => readonly Alert[];
  /** Takes in what was judged before this engine was made: nothing comes of it before the next observation or tick. */
  readonly remember: (observation: Observation) => void;
  /**
   * Goes on with alerts that an engine before this one raised. Returns the ends of those whose rule is not there any more:
   * nobody else would ever clear them.
   */
  readonly restore: (alerts: readonly Alert[], nowMs: number) => readonly Alert[];
}

/** Names of alerts' ids; fixed for ever. */
const namespace = '0f3d4c1e-0b0a-5c55-9a53-6f1e6a7f2c11';

interface Watched {
  readonly rule: Rule;
  readonly detector: Detector;
  readonly open: Map<string, Alert>;
}

export function makeEngine(rules: readonly Rule[]): Engine {
  const watched = rules.map((rule): Watched => ({ rule, detector: makeDetector(rule), open: new Map() }));
  return {
    observe: (observation) =>
      watched.flatMap((each) => {
        const group = each.detector.observe(observation);
        return group === null ? [] : judge(each, group, observation.atMs);
      }),
    tick: (nowMs) =>
      watched.flatMap((each) => {
        const groups = new Set([...each.detector.groups(nowMs), ...each.open.keys()]);
        return [...groups].flatMap((group) => judge(each, group, nowMs));
      }),
    open: () => watched.flatMap(({ open }) => [...open.values()]),
    remember(observation) {
      for (const { detector } of watched) detector.observe(observation);
    },
    restore: (alerts, nowMs) =>
      alerts.flatMap((alert) => {
        const of = watched.find(({ rule }) => rule.id === alert.ruleId && rule.kind === alert.kind);
        of?.open.set(alert.group, alert);
        return of === undefined ? [endOf(alert, alert.value, nowMs)] : [];
      }),
  };
}

function judge({ rule, detector, open }: Watched, group: string, nowMs: number): readonly Alert[] {
  const before = open.get(group);
  const { value, threshold, baseline, isOver } = detector.read(group, nowMs, before?.threshold ?? undefined);
  if (isOver === (before !== undefined)) return [];
  if (before !== undefined) {
    open.delete(group);
    return [endOf(before, value, nowMs)];
  }
  const now = new Date(nowMs).toISOString();
  const { id: ruleId, kind, severity, summary } = rule;
  const alert: Alert = {
    alertId: uuidFromName(`${ruleId}\n${group}\n${now}`, namespace),
    source: alertSource,
    ruleId,
    kind,
    severity,
    group,
    summary,
    value,
    threshold,
    baseline,
    state: 'raised',
    raisedAt: now,
    clearedAt: null,
  };
  open.set(group, alert);
  return [alert];
}

const endOf = (alert: Alert, value: number | null, nowMs: number): Alert => ({
  ...alert,
  state: 'cleared',
  value,
  clearedAt: new Date(nowMs).toISOString(),
});
