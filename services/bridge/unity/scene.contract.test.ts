import { afterEach, describe, expect, it } from 'vitest';
import type { CreateObjectRequest, SceneEdit, SceneOutcome } from './sceneTypes.ts';
import { scriptOf, startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const scene = 'Assets/Scenes/SampleScene.unity';
const request: CreateObjectRequest = {
  name: 'Hero',
  primitive: 'Capsule',
  position: [0, 1, 2],
  components: [{ type: 'Mover', properties: { speed: 3 } }],
};

async function create(more: Partial<CreateObjectRequest> = {}): Promise<SceneOutcome> {
  const plan = await harness.unity.planCreateObject({ ...request, ...more }, harness.context);
  return await harness.unity.unityEditScene(plan, harness.context);
}
async function set(component: string, properties: Record<string, unknown>): Promise<SceneOutcome> {
  const plan = await harness.unity.planSetComponent({ target: 'Hero', component, properties }, harness.context);
  return await harness.unity.unityEditScene(plan, harness.context);
}
const undo = (edit: SceneEdit) => harness.unity.planSceneUndo(edit, scene, harness.context);
async function undone(edit: SceneEdit): Promise<SceneOutcome> {
  const planned = await undo(edit);
  if (planned.kind !== 'plan') throw new Error(planned.why);
  return await harness.unity.unityEditScene(planned.plan, harness.context);
}
const componentsOf = async (path: string): Promise<readonly string[] | undefined> => {
  const { objects } = await harness.unity.listScene({ limit: 500 }, harness.context);
  return objects.find((object) => object.path === path)?.components;
};
async function start(): Promise<void> {
  harness = await startHarness();
  await harness.generate('Mover', scriptOf('Mover', '    public float speed = 5f;\n'));
}

describe('the open scene', () => {
  it('is listed with its children and says when there is more', async () => {
    harness = await startHarness();
    const all = await harness.unity.listScene({ limit: 500 }, harness.context);
    expect(all).toMatchObject({ scene, more: false });
    expect(all.objects.map(({ path }) => path)).toEqual(expect.arrayContaining(['Main Camera', 'Level/Boulder']));
    const some = await harness.unity.listScene({ limit: 2 }, harness.context);
    expect(some.objects).toHaveLength(2);
    expect(some.more).toBe(true);
    const under = await harness.unity.listScene({ root: 'Level', limit: 500 }, harness.context);
    expect(under.objects.every(({ path }) => path.startsWith('Level/'))).toBe(true);
  });

  it('gets an object with a script on it and its values set, and loses it by undo', async () => {
    await start();
    const plan = await harness.unity.planCreateObject(request, harness.context);
    expect(plan).toMatchObject({ scene, subject: 'Hero created', before: '' });
    expect(plan.steps.join(' ')).toContain('Add Mover with speed 3');
    const outcome = await harness.unity.unityEditScene(plan, harness.context);
    expect(outcome.components).toEqual(expect.arrayContaining(['Transform', 'CapsuleCollider', 'Mover']));
    const back = await undone(outcome.edit);
    expect(await componentsOf('Hero')).toBeUndefined();
    await undone(back.edit);
    expect(await componentsOf('Hero')).toContain('Mover');
  });

  it('is not changed when a component does not exist: the object is not left behind', async () => {
    await start();
    await expect(create({ components: [{ type: 'Nope' }] })).rejects.toMatchObject({ code: 'not_found' });
    expect(await componentsOf('Hero')).toBeUndefined();
    const wrong = create({ components: [{ type: 'Mover', properties: { nope: 1 } }] });
    await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining("'nope'") as string });
    expect(await componentsOf('Hero')).toBeUndefined();
  });

  it('shows the value before, sets the new one, and an undo sets it back', async () => {
    await start();
    await create();
    const plan = await harness.unity.planSetComponent(
      { target: 'Hero', component: 'Mover', properties: { speed: 8 } },
      harness.context,
    );
    expect([plan.before, plan.after]).toEqual([
      expect.stringContaining('speed: 3'),
      expect.stringContaining('speed: 8'),
    ]);
    const { edit } = await harness.unity.unityEditScene(plan, harness.context);
    await undone(edit);
    expect(await undo(edit)).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('keeps what the developer set since: an undo is a conflict', async () => {
    await start();
    const created = await create();
    const { edit } = await set('Mover', { speed: 8 });
    await set('Mover', { speed: 12 });
    expect(await undo(edit)).toMatchObject({ kind: 'conflict' });
    await set('Rigidbody', {});
    expect(await undo(created.edit)).toMatchObject({ kind: 'conflict' });
    expect(await componentsOf('Hero')).toContain('Rigidbody');
  });

  it('adds a component with what it requires, and an undo removes both', async () => {
    harness = await startHarness();
    const contents = scriptOf('Walker').replace(
      'public class',
      '[RequireComponent(typeof(CharacterController))]\npublic class',
    );
    await harness.generate('Walker', contents);
    await create({ components: [] });
    const { edit, components } = await set('Walker', {});
    expect(components).toEqual(expect.arrayContaining(['CharacterController', 'Walker']));
    await undone(edit);
    expect(await componentsOf('Hero')).toEqual(['Transform', 'MeshFilter', 'MeshRenderer', 'CapsuleCollider']);
  });

  it.each([
    ['drop_before_write', 'manage_gameobject', []],
    ['drop_after_write', 'manage_gameobject', []],
    ['drop_before_write', 'batch_execute', request.components],
    ['drop_after_write', 'batch_execute', request.components],
  ] as const)('has the object once after a lost reply (%s of %s)', async (kind, command, components) => {
    await start();
    harness.simulator.editor.faults.add({ kind, command, ms: 100 });
    const { edit } = await create({ components });
    const { objects } = await harness.unity.listScene({ limit: 500 }, harness.context);
    expect(objects.filter(({ name }) => name === 'Hero')).toHaveLength(1);
    expect(await undo(edit)).toMatchObject({ kind: 'plan' });
  });

  it('is refused when it changed after the plan', async () => {
    await start();
    const plan = await harness.unity.planCreateObject(request, harness.context);
    await harness.unity.unityEditScene(plan, harness.context);
    await expect(harness.unity.unityEditScene(plan, harness.context)).rejects.toMatchObject({ code: 'stale_file' });
  });
});

describe('tests', () => {
  const run = (mode: 'EditMode' | 'PlayMode') =>
    harness.unity.unityRunTests({ mode, testNames: [] }, { ...harness.context, onProgress: () => undefined });

  it('of edit mode pass', async () => {
    harness = await startHarness({ simulator: { testMs: 20 } });
    expect(await run('EditMode')).toMatchObject({ mode: 'EditMode', failed: 0, failures: [] });
  });

  it('that fail are told with message and stack; play mode survives its domain reload', async () => {
    harness = await startHarness({ simulator: { testMs: 600 } });
    await harness.generate('BrokenFeature', scriptOf('BrokenFeature'));
    const result = await run('PlayMode');
    expect(result).toMatchObject({ mode: 'PlayMode', failed: 1 });
    expect(result.failures[0]).toMatchObject({
      name: 'SparkSample.PlayTests.Feature.RunsInAScene',
      message: expect.stringContaining('Expected: True') as string,
      stack: expect.stringContaining('FeatureTests.cs:12') as string,
    });
  });

  it('whose start was not confirmed are found by the editor state', async () => {
    harness = await startHarness({ simulator: { testMs: 400 } });
    harness.simulator.editor.faults.add({ kind: 'drop_after_write', command: 'run_tests', ms: 60 });
    expect(await run('EditMode')).toMatchObject({ failed: 0 });
  });
});
