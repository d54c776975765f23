import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { uasSchema } from '../../../shared/contracts/uas.ts';
import { scriptOf, startHarness, type Harness } from './testing/harness.ts';
import type { BuildStatus } from './types.ts';

let harness: Harness;
afterEach(() => harness.close());

describe('a preview', () => {
  it.each(['game_view', 'scene_view'] as const)(
    'of the %s is a PNG and leaves no file in the project',
    async (source) => {
      harness = await startHarness();
      const shot = await harness.unity.unityRenderPreview({ source, maxResolution: 320 }, harness.context);
      expect(shot.captureSource).toBe(source);
      expect(Math.max(shot.width, shot.height)).toBe(320);
      expect(Buffer.from(shot.png.subarray(1, 4)).toString()).toBe('PNG');
      const files = await readdir(join(harness.simulator.projectDir, 'Captures')).catch(() => []);
      expect(files).toEqual([]);
    },
  );

  it('of a camera that does not exist is refused', async () => {
    harness = await startHarness();
    const args = { source: 'game_view', camera: 'No Such Camera', maxResolution: 320 } as const;
    await expect(harness.unity.unityRenderPreview(args, harness.context)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('an asset', () => {
  it('gives its identity', async () => {
    harness = await startHarness();
    const asset = await harness.unity.unityIngestAsset({ path: 'Assets/Prefabs/Player.prefab' }, harness.context);
    expect(asset).toMatchObject({ type: 'UnityEngine.GameObject', name: 'Player', isFolder: false });
    expect(asset.guid).toMatch(/^[0-9a-f]{32}$/);
  });

  it('that does not exist, or lies outside Assets, is refused', async () => {
    harness = await startHarness();
    const missing = harness.unity.unityIngestAsset({ path: 'Assets/Nope.png' }, harness.context);
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    const outside = harness.unity.unityIngestAsset({ path: 'ProjectSettings/x.asset' }, harness.context);
    await expect(outside).rejects.toMatchObject({ code: 'path_outside_assets' });
  });

  it('that is a prefab is taken apart into a tree', async () => {
    harness = await startHarness();
    const uas = await harness.unity.unityDeconstructAsset({ path: 'Assets/Prefabs/Player.prefab' }, harness.context);
    expect(uasSchema.parse(uas)).toEqual(uas);
    expect(uas.hierarchy).toMatchObject([
      { id: '0', name: 'Player', children: [{ id: '0/0', children: [{ id: '0/0/0' }] }, { id: '0/1' }] },
    ]);
  });

  it('whose contents cannot be read says why', async () => {
    harness = await startHarness();
    const uas = await harness.unity.unityDeconstructAsset({ path: 'Assets/Materials/Crate.mat' }, harness.context);
    expect(uas.hierarchy).toEqual([]);
    expect(uas.unreadable.map(({ what }) => what)).toContain('contents');
  });

  it('is found by type in a folder, and a folder that does not exist is refused', async () => {
    harness = await startHarness();
    const search = (folder: string) =>
      harness.unity.searchAssets({ query: 'Player', folder, type: 'Prefab' }, harness.context);
    const found = await search('Assets');
    expect(found.assets.map(({ path }) => path)).toEqual(['Assets/Prefabs/Player.prefab']);
    await expect(search('Assets/Nowhere')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a build', () => {
  const build = async (args: { target: 'linux64' | 'ios'; outputPath?: string }) => {
    const progress: BuildStatus[] = [];
    const onProgress = (status: BuildStatus) => void progress.push(status);
    const context = { ...harness.context, onProgress };
    const last = await harness.unity.unityRunBuild({ development: false, ...args }, context);
    return { last, progress };
  };

  it('is followed from start to end', async () => {
    harness = await startHarness();
    const { last, progress } = await build({ target: 'linux64', outputPath: 'Builds/Linux/Game.x86_64' });
    expect(last).toMatchObject({ state: 'succeeded', outputPath: 'Builds/Linux/Game.x86_64', errors: 0 });
    expect(last.sizeBytes).toBeGreaterThan(0);
    expect(progress.length).toBeGreaterThan(2);
    expect(progress.at(0)).toMatchObject({ state: 'building', phase: 'scheduled' });
    expect(progress.at(-1)).toEqual(last);
    expect(new Set(progress.map(({ jobId }) => jobId)).size).toBe(1);
  });

  it('that blocks the editor is still building, not failed', async () => {
    harness = await startHarness({ simulator: { buildBlocks: true, buildMs: 1_500 } });
    const { last, progress } = await build({ target: 'linux64' });
    expect(last.state).toBe('succeeded');
    expect(progress.every(({ state }) => state === 'building' || state === 'succeeded')).toBe(true);
  });

  it('of a project that does not compile fails with a reason', async () => {
    harness = await startHarness();
    await harness.generate('Hero', scriptOf('Hero'));
    await harness.generate('Twin', `${scriptOf('Twin')}\npublic class Hero {}\n`);
    const { last } = await build({ target: 'linux64' });
    expect(last.state).toBe('failed');
    expect(last.reason).toMatch(/compile/i);
  });

  it('for a platform that is not installed, or to a place outside the project, is refused', async () => {
    harness = await startHarness();
    await expect(build({ target: 'ios' })).rejects.toMatchObject({ code: 'unity_rejected' });
    for (const outputPath of ['../Game', '/tmp/Game', 'Assets/Game', 'C:/Game']) {
      await expect(build({ target: 'linux64', outputPath })).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });

  it('is one at a time', async () => {
    harness = await startHarness();
    const first = build({ target: 'linux64' });
    await expect(build({ target: 'linux64' })).rejects.toMatchObject({ code: 'unity_busy' });
    expect((await first).last.state).toBe('succeeded');
  });
});
