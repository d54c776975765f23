import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptOf, startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
afterEach(async () => {
  await harness.close();
});

const pathOf = (name: string): string => `Assets/Scripts/${name}.cs`;
const grown = (name: string): string => scriptOf(name, '    int added;\n');
const diffOf = (name: string): string =>
  createTwoFilesPatch(`a/${pathOf(name)}`, `b/${pathOf(name)}`, scriptOf(name), grown(name));
const created = (name: string): string =>
  createTwoFilesPatch('/dev/null', `b/${pathOf(name)}`, '', scriptOf(name)).replace(/^=+\n/, '');
const exists = (name: string): boolean => existsSync(join(harness.simulator.projectDir, pathOf(name)));

/** From the first write on, every creation in Unity fails as if its tool threw. */
function failCreationsAfterFirstWrite(): void {
  const { ledger } = harness;
  const settle = ledger.settle;
  Object.assign(ledger, {
    settle: (...args: Parameters<typeof settle>) => {
      settle(...args);
      if (harness.simulator.editor.faults.list().length === 0)
        harness.simulator.editor.faults.add({ kind: 'error', command: 'manage_script', action: 'create', times: 9 });
    },
  });
}

describe('a unified diff', () => {
  it('is applied to the file as it is, with its line endings', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero').replaceAll('\n', '\r\n'));
    const [plan] = await harness.unity.planPatches([{ path: pathOf('Hero'), diff: diffOf('Hero') }], harness.context);
    if (plan === undefined) throw new Error('no plan');
    await harness.unity.unityApplyPatch(plan, harness.context);
    expect(await harness.disk(pathOf('Hero'))).toBe(grown('Hero').replaceAll('\n', '\r\n'));
  });

  it('that fits nowhere gives the model the text as it is', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    const stale = harness.unity.planPatches([{ diff: diffOf('Hero').replace(' {', ' (') }], harness.context);
    await expect(stale).rejects.toMatchObject({ code: 'patch_mismatch', data: { contents: scriptOf('Hero') } });
    await expect(harness.unity.planPatches([{ diff: 'Go → Stop' }], harness.context)).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('a change of several files', () => {
  it('changes some and creates others, with one compile', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await harness.generate('Enemy', scriptOf('Enemy'));
    const diff = [created('Loot'), diffOf('Hero'), diffOf('Enemy')].join('\n');
    const plans = await harness.unity.planPatches([{ diff }], harness.context);
    const outcome = await harness.unity.unityApplyPatches(plans, harness.context);
    expect(outcome).toMatchObject({
      kind: 'applied',
      outcomes: [
        { path: pathOf('Loot'), created: true, compile: { status: 'ok' } },
        { path: pathOf('Hero'), created: false },
        { path: pathOf('Enemy'), created: false },
      ],
    });
    expect(await harness.disk(pathOf('Hero'))).toBe(grown('Hero'));
    expect(await harness.disk(pathOf('Loot'))).toBe(scriptOf('Loot'));
  });

  it('leaves every file as it was when one of them is refused', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await harness.generate('Enemy', scriptOf('Enemy'));
    const diff = [diffOf('Hero'), diffOf('Enemy'), created('Loot')].join('\n');
    const plans = await harness.unity.planPatches([{ diff }], harness.context);
    failCreationsAfterFirstWrite();
    await expect(harness.unity.unityApplyPatches(plans, harness.context)).rejects.toMatchObject({
      message: expect.stringContaining('nothing is changed'),
      data: { failedPath: pathOf('Loot'), putBack: [pathOf('Hero'), pathOf('Enemy')] },
    });
    expect(await harness.disk(pathOf('Hero'))).toBe(scriptOf('Hero'));
    expect(await harness.disk(pathOf('Enemy'))).toBe(scriptOf('Enemy'));
    expect(exists('Loot')).toBe(false);
    expect(harness.ledger.open()).toEqual([]);
  });

  it('removes a file again that it had created', async () => {
    harness = await startHarness();
    const plans = await harness.unity.planPatches(
      [{ diff: created('Loot') }, { diff: created('Chest') }],
      harness.context,
    );
    failCreationsAfterFirstWrite();
    await expect(harness.unity.unityApplyPatches(plans, harness.context)).rejects.toMatchObject({
      data: { failedPath: pathOf('Chest'), putBack: [pathOf('Loot')] },
    });
    expect([exists('Loot'), exists('Chest')]).toEqual([false, false]);
  });

  it('writes nothing when one file was changed after it was planned', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await harness.generate('Enemy', scriptOf('Enemy'));
    const plans = await harness.unity.planPatches(
      [{ diff: diffOf('Hero') }, { diff: diffOf('Enemy') }],
      harness.context,
    );
    await harness.putOnDisk(pathOf('Enemy'), '// mine\n');
    await expect(harness.unity.unityApplyPatches(plans, harness.context)).rejects.toMatchObject({
      code: 'stale_file',
      data: { contents: '// mine\n' },
    });
    expect(await harness.disk(pathOf('Hero'))).toBe(scriptOf('Hero'));
  });

  it('goes through a domain reload in its middle', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await harness.generate('Enemy', scriptOf('Enemy'));
    const plans = await harness.unity.planPatches(
      [{ diff: diffOf('Hero') }, { diff: diffOf('Enemy') }],
      harness.context,
    );
    harness.simulator.editor.faults.add({
      kind: 'domain_reload',
      command: 'manage_script',
      action: 'apply_text_edits',
    });
    expect(await harness.unity.unityApplyPatches(plans, harness.context)).toMatchObject({ kind: 'applied' });
    expect(await harness.disk(pathOf('Hero'))).toBe(grown('Hero'));
    expect(await harness.disk(pathOf('Enemy'))).toBe(grown('Enemy'));
  });
});
