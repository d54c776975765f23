import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runCheck } from './check/run.ts';
import { contextOf, scriptOf, startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const check = () => runCheck({ unity: harness.unity, context: contextOf(), onStep: () => undefined });
const folder = (): string => join(harness.simulator.projectDir, 'Assets/SparkCheck');

it('every step of the check of a live editor works, its replies are as captured, and nothing stays', async () => {
  harness = await startHarness();
  const before = await readdir(harness.simulator.projectDir, { recursive: true });
  const report = await check();
  expect(report.steps.filter(({ ok }) => !ok)).toEqual([]);
  expect(report.shapes.map(({ difference }) => difference)).toEqual(
    report.shapes.map(() => ({ missing: [], added: [], changed: [] })),
  );
  const after = await readdir(harness.simulator.projectDir, { recursive: true });
  expect(after.filter((file) => file.startsWith('Assets'))).toEqual(before.filter((file) => file.startsWith('Assets')));
});

it('a step that fails is told, and the folder is removed all the same', async () => {
  harness = await startHarness();
  harness.simulator.editor.faults.add({ kind: 'error', command: 'manage_camera', error: 'no graphics device' });
  const report = await check();
  expect(report.ok).toBe(false);
  expect(report.steps.find(({ ok }) => !ok)?.detail).toContain('no graphics device');
  expect(existsSync(folder())).toBe(false);
});

it('a folder that is there already is left alone', async () => {
  harness = await startHarness();
  await mkdir(folder(), { recursive: true });
  await writeFile(join(folder(), 'Mine.cs'), scriptOf('Mine'));
  const report = await check();
  expect(report.steps.at(-1)).toMatchObject({ ok: false, detail: expect.stringContaining('Remove it') as string });
  expect(existsSync(join(folder(), 'Mine.cs'))).toBe(true);
});
