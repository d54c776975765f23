import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLifecycle, type Lifecycle } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { repositoryDir } from '../../stack/paths.ts';
import { engineNames } from './engines.ts';
import { openAnalytics, type AnalyticsEnvironment } from './environment.ts';
import { planLoad } from './load/plan.ts';
import { playAnalytics } from './play.ts';

/* The demo without its engines: servers, consumer and API are real, and no Java or Python is needed. */
const logger = makeLogger({ name: 'test', level: 'silent' });
const onProgress = (): void => undefined;
let lifecycle: Lifecycle;
let environment: AnalyticsEnvironment;
let stateDir: string;

beforeAll(async () => {
  const root = join(repositoryDir, '.spark', 'test');
  mkdirSync(root, { recursive: true });
  stateDir = mkdtempSync(join(root, 'analytics-'));
  lifecycle = makeLifecycle({ logger, deadlineMs: 60_000 });
  environment = await openAnalytics({ lifecycle, logger, stateDir, onProgress });
});
afterAll(async () => {
  await lifecycle?.shutdown('end of the test');
  rmSync(stateDir, { recursive: true, force: true });
});

test('events, rollups and the API tell the same of a load with late, doubled and misdated events, until one figure is wrong', async () => {
  const plan = planLoad({ nowMs: Date.now(), minutes: 12, events: 300, seed: 7 });
  const { report, compare } = await playAnalytics({ environment, plan, without: engineNames, onProgress });
  expect(report.without).toEqual(engineNames);
  const figures = report.comparisons.find(({ title }) => title === 'figure');
  expect(figures?.ways).toEqual(['sent', 'raw SQL', 'rollups', 'API days']);
  expect(report.comparisons.flatMap(({ rows }) => rows.filter(({ differ }) => differ.length > 0))).toEqual([]);

  await environment.database.write((client) =>
    client.run({ text: `UPDATE spark_events_daily SET events = events + 1 WHERE type = 'usage'` }),
  );
  const found = (await compare(0)).flatMap(({ rows }) => rows.filter(({ differ }) => differ.length > 0));
  expect(found).toMatchObject([{ figure: 'events', name: 'usage' }]);
  expect(found[0]?.differ).toContain('rollups');
});
