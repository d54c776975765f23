import { afterEach, describe, expect, it } from 'vitest';
import { contextOf, scriptOf, startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
afterEach(async () => {
  harness.simulator.editor.thaw();
  await harness.close();
});

async function frozen(): Promise<void> {
  harness = await startHarness();
  await harness.generate('Hero', scriptOf('Hero'));
}

/** Plans while the editor answers, then blocks it as an open dialog does, and writes. */
async function writeIntoDialog() {
  const plan = await harness.unity.planScript({ name: 'Foe', contents: scriptOf('Foe') }, harness.context);
  harness.simulator.editor.freeze();
  await expect.poll(() => harness.unity.editor.status().kind, { timeout: 10_000 }).toBe('not_answering');
  const controller = new AbortController();
  const said: (string | null)[] = [];
  const writing = harness.unity.unityGenerateScript(plan, {
    ...contextOf(controller.signal),
    onWait: (what) => said.push(what),
  });
  return { writing, said, controller, before: harness.ledger.entries.size };
}

describe('a write while a dialog is open in Unity', () => {
  it('waits, says so, and is carried out when the dialog is closed', async () => {
    await frozen();
    const { writing, said } = await writeIntoDialog();
    await expect.poll(() => said[0]).toContain('look for an open dialog');
    harness.simulator.editor.thaw();
    expect(await writing).toMatchObject({ created: true });
    expect(said.at(-1)).toBeNull();
  });

  it('is cancelled without a trace', async () => {
    await frozen();
    const { writing, said, controller, before } = await writeIntoDialog();
    await expect.poll(() => said.length).toBeGreaterThan(0);
    controller.abort();
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect(harness.ledger.entries.size).toBe(before);
  });
});
