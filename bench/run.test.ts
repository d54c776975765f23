import { expect, test } from 'vitest';
import { makeLifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import type { MetricGroup } from './context.ts';
import { metricOf } from './report.ts';
import { chooseIds, runBench } from './run.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const group = (...ids: string[]): MetricGroup => ({
  ids,
  measure: () => Promise.resolve(ids.map((id) => metricOf({ id, unit: 'ms' }, [1]))),
});
const failing: MetricGroup = {
  ids: ['b.one', 'b.two'],
  measure: () => Promise.reject(new Error('no room on the disk')),
};
const partial: MetricGroup = { ids: ['c.there', 'c.away'], measure: group('c.there').measure };
const long: MetricGroup = { ...group('a.long.1', 'a.long.2'), byName: true };

async function run(groups: readonly MetricGroup[]) {
  const lifecycle = makeLifecycle({ logger });
  const said: string[] = [];
  try {
    const ids = new Set(groups.flatMap((each) => each.ids));
    const say = (message: string) => void said.push(message);
    return { said, report: await runBench({ groups, ids, quick: true, lifecycle, logger, say }) };
  } finally {
    await lifecycle.shutdown('done');
  }
}

test('a group that fails costs its own figures only, and is told with its reason', async () => {
  const { report, said } = await run([failing, group('d.late')]);
  expect(report.metrics.map(({ id }) => id)).toEqual(['d.late']);
  expect(report.notMeasured).toEqual(
    ['b.one', 'b.two'].map((id) => ({ id, failed: true, reason: 'no room on the disk' })),
  );
  expect(said.join('\n')).toContain('b.one: not measured: no room on the disk');
});

test('a figure that cannot be had on this system is named and is no failure', async () => {
  const { report } = await run([partial]);
  expect(report.metrics.map(({ id }) => id)).toEqual(['c.there']);
  expect(report.notMeasured).toEqual([{ id: 'c.away', failed: false, reason: 'not available here' }]);
});

test('a group that runs only by name needs to be named with two words', () => {
  const groups = [group('a.first', 'a.second'), long];
  expect([...chooseIds(groups, [])]).toEqual(['a.first', 'a.second']);
  expect([...chooseIds(groups, ['a'])]).toEqual(['a.first', 'a.second']);
  expect([...chooseIds(groups, ['a.long'])]).toEqual(['a.long.1', 'a.long.2']);
  expect([...chooseIds(groups, ['a.long.2', 'a.first'])]).toEqual(['a.long.2', 'a.first']);
  expect(() => chooseIds(groups, ['a.lon'])).toThrow('a.long.1');
});
