import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/index.ts';
import type { UnityCalls } from './calls.ts';
import { makeDeconstruct } from './deconstruct.ts';
import { makeProjectIndex } from './projectIndex.ts';

/** A model of a project that is not on this machine; `hierarchy` is Unity's answer to the question for it. */
async function takeApart(path: string, hierarchy: () => unknown) {
  const read: UnityCalls['read'] = async (tool, _args, schema) =>
    schema.parse(tool === 'manage_prefabs' ? hierarchy() : [{ typeName: 'UnityEngine.Transform', instanceID: 1 }]);
  const deconstruct = makeDeconstruct({
    calls: { read },
    files: { root: async () => null },
    index: makeProjectIndex({ clock: Date }),
    csharp: { types: async () => ({ types: [], whole: true }) },
    openScene: () => null,
  });
  const asset = { path, guid: 'a'.repeat(32), type: 'UnityEngine.GameObject', name: 'Tree', isFolder: false };
  return await deconstruct.takeApart(asset, new AbortController().signal);
}

const item = (name: string, path: string, childCount: number) => ({
  name,
  path,
  childCount,
  activeSelf: true,
  componentTypes: ['Transform'],
});

it.each(['fbx', 'obj', 'glb', 'gltf'])('a .%s model has the hierarchy that Unity tells of it', async (extension) => {
  const items = [item('Tree', 'Tree', 1), item('Leaves', 'Tree/Leaves', 0)];
  const uas = await takeApart(`Assets/Tree.${extension}`, () => ({ total: items.length, items }));
  expect(uas.hierarchy).toMatchObject([{ name: 'Tree', children: [{ name: 'Leaves' }] }]);
  expect(uas.unreadable.map(({ what }) => what)).not.toContain('children of the root');
});

it('a model that Unity refuses to list has its root, and the refusal in its own words', async () => {
  const uas = await takeApart('Assets/Tree.glb', () => {
    throw new AppError('unity_rejected', 'No prefab asset found at path Assets/Tree.glb.');
  });
  expect(uas.hierarchy).toMatchObject([{ name: 'Tree', components: [{ type: 'UnityEngine.Transform' }] }]);
  expect(uas.unreadable).toContainEqual({
    what: 'children of the root',
    why: 'Unity: No prefab asset found at path Assets/Tree.glb.',
  });
});

it('a model is not taken apart while Unity is away', async () => {
  const away = takeApart('Assets/Tree.fbx', () => {
    throw new AppError('unity_unavailable', 'Unity was closed.');
  });
  await expect(away).rejects.toMatchObject({ code: 'unity_unavailable' });
});
