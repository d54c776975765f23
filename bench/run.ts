import { makeBench, type Bench, type MetricGroup } from './context.ts';
import { describeMachine, ownVersions, type Metric, type NotMeasured, type Report } from './report.ts';
import type { Lifecycle } from '../shared/node/lifecycle/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';

/**
 * The ids that `wanted` names, each an id or the beginning of one (`pg` is every `pg.…`). A group that runs only by name
 * needs two words (`consumer.batch`). Throws on an unknown name.
 */
export function chooseIds(groups: readonly MetricGroup[], wanted: readonly string[]): ReadonlySet<string> {
  const all = groups.flatMap(({ ids }) => ids);
  const usual = groups.flatMap(({ ids, byName }) => (byName === true ? [] : ids));
  if (wanted.length === 0) return new Set(usual);
  return new Set(
    wanted.flatMap((name) => {
      const among = name.includes('.') ? all : usual;
      const chosen = among.filter((id) => id === name || id.startsWith(`${name}.`));
      if (chosen.length === 0) throw new RangeError(`There is no metric ${name}. There are: ${all.join(', ')}.`);
      return chosen;
    }),
  );
}

/**
 * Runs the groups that hold a chosen id, one after the other, and reports the chosen metrics. A group that fails costs
 * its own figures only: they stand in `notMeasured` with the reason. Rejects when the run is ended from outside.
 */
export async function runBench(options: {
  readonly groups: readonly MetricGroup[];
  readonly ids: ReadonlySet<string>;
  readonly quick: boolean;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly say: (message: string) => void;
}): Promise<Report> {
  const { groups, ids } = options;
  const versions = ownVersions();
  const bench = await makeBench({ ...options, versions });
  const metrics: Metric[] = [];
  const notMeasured: NotMeasured[] = [];
  for (const group of groups) {
    const wanted = group.ids.filter((id) => ids.has(id));
    if (wanted.length === 0) continue;
    bench.signal.throwIfAborted();
    const measured = await tryToMeasure(group, bench, wanted);
    // Said at once: a run that is ended early has shown what it knew.
    for (const { id, value, unit, ratio } of measured.metrics) {
      bench.say(`  ${id}: ${value} ${unit}${ratio === undefined ? '' : ` (${ratio} × bare)`}`);
    }
    for (const { id, reason } of measured.notMeasured) bench.say(`  ${id}: not measured: ${reason}`);
    metrics.push(...measured.metrics);
    notMeasured.push(...measured.notMeasured);
  }
  return { machine: describeMachine(), versions, metrics, notMeasured };
}

async function tryToMeasure(group: MetricGroup, bench: Bench, wanted: readonly string[]) {
  try {
    const metrics = (await group.measure(bench)).filter(({ id }) => wanted.includes(id));
    const there = new Set(metrics.map(({ id }) => id));
    const missing = wanted.filter((id) => !there.has(id));
    return { metrics, notMeasured: missing.map((id) => ({ id, failed: false, reason: 'not available here' })) };
  } catch (error) {
    bench.signal.throwIfAborted();
    bench.logger.error({ err: error, ids: wanted }, 'a group of metrics failed');
    const reason = error instanceof Error ? error.message : String(error);
    return { metrics: [], notMeasured: wanted.map((id) => ({ id, failed: true, reason })) };
  }
}
