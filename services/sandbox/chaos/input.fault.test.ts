import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { repositoryDir } from '../stack/paths.ts';
import { mostRssMb, runBacklog } from './backlog.ts';
import { runBadInput } from './badInputRun.ts';

/** The short forms; the long ones are `npm run chaos -- --bad-input 100000` and `npm run chaos -- --backlog 1000000`. */
const common = (name: string) => ({
  seed: 1,
  folder: join(repositoryDir, '.spark', 'test', `${name}-${process.pid}`),
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

test(
  'whatever is published becomes a row or a dead letter with its reason, each with the batch it came with',
  { timeout: 240_000 },
  async () => {
    const report = await runBadInput({ ...common('bad-input'), messages: 2_000 });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ ok: true, messages: report.refused + report.stored, deliveries: report.stored });
    expect(report.rows + report.deadLetters).toBe(report.stored);
    expect(Math.min(report.rows, report.deadLetters, report.refused)).toBeGreaterThan(0);
  },
);

test(
  'a consumer that was away for long writes all that waits for it, in bounded memory',
  { timeout: 240_000 },
  async () => {
    const report = await runBacklog({ ...common('backlog'), messages: 20_000 });
    expect(report.findings).toEqual([]);
    expect(report.rows + report.deadLetters).toBe(20_000);
    expect(report.peakRssMb).toBeGreaterThan(0);
    expect(report.peakRssMb).toBeLessThan(mostRssMb);
  },
);
