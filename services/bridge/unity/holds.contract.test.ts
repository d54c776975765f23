import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { contextOf, scriptOf, startHarness, type Harness } from './testing/harness.ts';
import type { CallContext } from './types.ts';

let harness: Harness;
afterEach(() => harness.close());

const isThere = (name: string): Promise<boolean> =>
  access(join(harness.simulator.projectDir, `Assets/Scripts/${name}.cs`)).then(
    () => true,
    () => false,
  );
const kindIs = (kind: string) => expect.poll(() => harness.unity.editor.status().kind, { timeout: 15_000 }).toBe(kind);

/** Plans with the editor as it is now, and begins to write; `said` is what the window shows of the wait. */
async function beginWrite(name: string) {
  const plan = await harness.unity.planScript({ name, contents: scriptOf(name) }, harness.context);
  const controller = new AbortController();
  const said: (string | null)[] = [];
  const context: CallContext = { ...contextOf(controller.signal), onWait: (what) => said.push(what) };
  const writing = harness.unity.unityGenerateScript(plan, context);
  writing.catch(() => undefined);
  return { plan, writing, said, controller, context };
}

async function playing(): Promise<void> {
  harness = await startHarness();
  await harness.generate('Hero', scriptOf('Hero'));
  await harness.simulator.editor.play();
  await kindIs('playing');
}

describe('an approval', () => {
  it('of a build or of tests says that it will wait for play mode', async () => {
    await playing();
    expect(await harness.unity.approvalNotice(harness.context)).toContain('waits for Unity to leave play mode');
    harness.simulator.editor.stopPlaying();
    await kindIs('ready');
    expect(await harness.unity.approvalNotice(harness.context)).toBeNull();
  });

  it('says that the editor is closed, and no more once it is open again', async () => {
    harness = await startHarness();
    await kindIs('ready');
    await harness.unity.projectFacts(contextOf().signal);
    harness.simulator.editor.closeEditor();
    await kindIs('no_editor');
    const plan = await harness.unity.planScript({ name: 'Foe', contents: scriptOf('Foe') }, harness.context);
    expect(plan.warnings.join(' ')).toContain('editor of this session is closed');
    expect(await harness.unity.approvalNotice(harness.context)).toContain('editor of this session is closed');
    harness.simulator.editor.openEditor();
    await expect.poll(() => harness.unity.approvalNotice(harness.context), { timeout: 20_000 }).toBeNull();
  });
});

describe('in play mode', () => {
  it('a script is written only after Unity has left it, and both the approval and the wait say so', async () => {
    await playing();
    const { plan, writing, said } = await beginWrite('Foe');
    expect(plan.warnings.join(' ')).toContain('waits for Unity to leave play mode');
    await expect.poll(() => said[0], { timeout: 10_000 }).toBe('waits for Unity to leave play mode');
    expect(await harness.unity.readConsole({ types: ['error'], count: 5 }, contextOf())).toEqual([]);
    expect(await isThere('Foe')).toBe(false);
    harness.simulator.editor.stopPlaying();
    expect(await writing).toMatchObject({ created: true, compile: { status: 'ok' } });
    expect(said.at(-1)).toBeNull();
    const after = await harness.unity.planScript({ name: 'Other', contents: scriptOf('Other') }, harness.context);
    expect(after.warnings).toEqual([]);
  });

  it('that began after the last look at the editor, a write waits all the same', async () => {
    harness = await startHarness({ adapter: { pollMs: 600_000 } });
    await harness.generate('Hero', scriptOf('Hero'));
    await harness.simulator.editor.play();
    const { writing, said, controller } = await beginWrite('Foe');
    await expect.poll(() => said, { timeout: 10_000 }).toContain('waits for Unity to leave play mode');
    controller.abort();
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect(await isThere('Foe')).toBe(false);
  });

  it('a write that is cancelled leaves no trace', async () => {
    await playing();
    const before = harness.ledger.entries.size;
    const { writing, said, controller } = await beginWrite('Foe');
    await expect.poll(() => said.length, { timeout: 10_000 }).toBeGreaterThan(0);
    controller.abort();
    await expect(writing).rejects.toMatchObject({
      code: 'cancelled',
      data: { waitedFor: 'Unity to leave play mode' },
    });
    expect(harness.ledger.entries.size).toBe(before);
    harness.simulator.editor.stopPlaying();
    await kindIs('ready');
    expect(await isThere('Foe')).toBe(false);
  });

  it('an object is not made in the scene, where it would be lost at the end', async () => {
    await playing();
    const plan = await harness.unity.planCreateObject({ name: 'Barrel', components: [] }, harness.context);
    expect(plan.warnings.join(' ')).toContain('play mode');
    const said: (string | null)[] = [];
    const editing = harness.unity.unityEditScene(plan, { ...contextOf(), onWait: (what) => said.push(what) });
    await expect.poll(() => said[0], { timeout: 10_000 }).toBe('waits for Unity to leave play mode');
    const names = async () =>
      (await harness.unity.listScene({ limit: 100 }, contextOf())).objects.map(({ name }) => name);
    expect(await names()).not.toContain('Barrel');
    harness.simulator.editor.stopPlaying();
    await editing;
    expect(await names()).toContain('Barrel');
  });
});

describe('while tests run', () => {
  it('a script is written only after their end, and the run is not broken', async () => {
    harness = await startHarness({ simulator: { testMs: 900 } });
    await harness.generate('Hero', scriptOf('Hero'));
    const done: number[] = [];
    const run = harness.unity.unityRunTests(
      { mode: 'EditMode', testNames: [] },
      { ...contextOf(), onProgress: (completed) => void done.push(completed) },
    );
    await kindIs('testing');
    const { plan, writing, said } = await beginWrite('Foe');
    expect(plan.warnings.join(' ')).toContain('waits for the tests in Unity to end');
    await expect.poll(() => said[0], { timeout: 10_000 }).toBe('waits for the tests in Unity to end');
    expect(await isThere('Foe')).toBe(false);
    expect(await run).toMatchObject({ total: 3, passed: 3 });
    expect(await writing).toMatchObject({ created: true });
  });
});
