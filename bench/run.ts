import { makeBench, type MetricGroup } from './context.ts';
import { describeMachine, ownVersions, type Metric, type Report } from './report.ts';
import type { Lifecycle } from '../shared/node/lifecycle/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';

/** The ids that `wanted` names, each an id or the beginning of one (`pg` is every `pg.…`). Throws on an unknown name. */
export function chooseIds(groups: readonly MetricGroup[], wanted: readonly string[]): ReadonlySet<string> {
  const all = groups.flatMap(({ ids }) => ids);
  if (wanted.length === 0) return new Set(all);
  return new Set(
    wanted.flatMap((name) => {
      const chosen = all.filter((id) => id === name || id.startsWith(`${name}.`));
      if (chosen.length === 0) throw new RangeError(`There is no metric ${name}. There are: ${all.join(', ')}.`);
      return chosen;
    }),
  );
}

/** Runs the groups that hold a chosen id, one after the other, and reports the chosen metrics. */
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
  for (const group of groups) {
    if (!group.ids.some((id) => ids.has(id))) continue;
    bench.signal.throwIfAborted();
    const measured = (await group.measure(bench)).filter(({ id }) => ids.has(id));
    // Said at once: a run that is ended early has shown what it knew.
    for (const { id, value, unit, ratio } of measured) {
      bench.say(`  ${id}: ${value} ${unit}${ratio === undefined ? '' : ` (${ratio} × bare)`}`);
    }
    metrics.push(...measured);
  }
  return { machine: describeMachine(), versions, metrics };
}
