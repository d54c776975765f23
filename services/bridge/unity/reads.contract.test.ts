import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

  it('of six sides is one sheet, and leaves no file in the project', async () => {
    harness = await startHarness();
    const shot = await harness.unity.unityRenderPreview({ source: 'multi_view', maxResolution: 300 }, harness.context);
    expect(shot).toMatchObject({ captureSource: 'multi_view', width: 300 });
    const shots = ['Captures', 'Assets/Screenshots'].map((folder) =>
      readdir(join(harness.simulator.projectDir, folder)).catch(() => []),
    );
    expect((await Promise.all(shots)).flat()).toEqual([]);
  });

  it('is not taken through a link that leads out of the project', async () => {
    harness = await startHarness();
    const outside = await mkdtemp(join(tmpdir(), 'spark-outside-'));
    try {
      await symlink(outside, join(harness.simulator.projectDir, 'Captures'));
      const shot = harness.unity.unityRenderPreview({ source: 'game_view', maxResolution: 320 }, harness.context);
      await expect(shot).rejects.toMatchObject({ code: 'unity_rejected' });
      expect(await readdir(outside)).toEqual([]);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  });

  it('of a camera that does not exist is refused', async () => {
    harness = await startHarness();
    const args = { source: 'game_view', camera: 'No Such Camera', maxResolution: 320 } as const;
    await expect(harness.unity.unityRenderPreview(args, harness.context)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a console that is longer than what is asked for', () => {
  const fill = (count: number, type: 'Log' | 'Error'): void => {
    for (let nth = 0; nth < count; nth += 1) {
      const message = `frame ${nth}`;
      harness.simulator.editor.console.add({ type, message, file: null, line: 0, stackTrace: null });
    }
  };

  it('gives its newest messages, in order', async () => {
    harness = await startHarness();
    fill(1_200, 'Log');
    const found = await harness.unity.readConsole({ types: ['log'], count: 3 }, harness.context);
    expect(found.map(({ message }) => message)).toEqual(['frame 1197', 'frame 1198', 'frame 1199']);
  });

  it('does not hide the compile errors of a write behind older errors', async () => {
    harness = await startHarness();
    fill(700, 'Error');
    await harness.generate('Hero', scriptOf('Hero'));
    const { compile } = await harness.generate('Twin', `${scriptOf('Twin')}\npublic class Hero {}\n`);
    expect(compile.status).toBe('errors');
    expect(compile.errors[0]).toMatchObject({ code: 'CS0101', caused: true });
  });
});

describe('the console since a mark', () => {
  const add = (message: string, type: 'Log' | 'Error' = 'Log'): void =>
    harness.simulator.editor.console.add({ type, message, file: null, line: 0, stackTrace: null });
  const marked = async () => {
    const mark = await harness.unity.markConsole(harness.context);
    if (mark === null) throw new Error('the server counts its messages');
    const args = { types: ['error', 'log'] as const, count: 3, mark };
    return async () => (await harness.unity.readConsoleSince(args, harness.context))?.map(({ message }) => message);
  };

  it('has only what came after it, however long the console is', async () => {
    harness = await startHarness();
    for (let nth = 0; nth < 700; nth += 1) add(`old ${nth}`);
    const since = await marked();
    expect(await since()).toEqual([]);
    add('first');
    add('second', 'Error');
    expect(await since()).toEqual(['first', 'second']);
    for (let nth = 0; nth < 600; nth += 1) add(`new ${nth}`);
    expect(await since()).toEqual(['new 597', 'new 598', 'new 599']);
  });

  it('begins anywhere, also in an empty console', async () => {
    harness = await startHarness();
    harness.simulator.editor.console.execute({ action: 'clear' });
    const since = await marked();
    add('only');
    expect(await since()).toEqual(['only']);
  });

  it('is not known when the console was cleared meanwhile, even if as many messages came again', async () => {
    harness = await startHarness();
    for (let nth = 0; nth < 30; nth += 1) add(`old ${nth}`);
    const since = await marked();
    harness.simulator.editor.console.execute({ action: 'clear' });
    expect(await since()).toBeUndefined();
    for (let nth = 0; nth < 60; nth += 1) add(`new ${nth}`);
    expect(await since()).toBeUndefined();
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

  it('that is a prefab or a scene has transforms, values and references, read from its file', async () => {
    harness = await startHarness();
    await harness.generate('PlayerController', scriptOf('PlayerController'));
    const prefab = await harness.unity.unityDeconstructAsset({ path: 'Assets/Prefabs/Player.prefab' }, harness.context);
    expect(prefab.hierarchy).toMatchObject([
      {
        name: 'Player',
        tag: 'Player',
        components: [
          { type: 'Transform' },
          { type: 'Rigidbody', properties: { m_Mass: 1, m_UseGravity: 1 } },
          { type: 'PlayerController', scriptPath: 'Assets/Scripts/PlayerController.cs' },
        ],
        children: [{ name: 'Body', transform: { position: [0, 1, 0] } }, { name: 'Weapon' }],
      },
    ]);
    expect(prefab.dependencies?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['Assets/Materials/Player.mat', 'Assets/Scripts/PlayerController.cs']),
    );
    const scene = await harness.unity.unityDeconstructAsset(
      { path: 'Assets/Scenes/SampleScene.unity' },
      harness.context,
    );
    expect(uasSchema.parse(scene)).toEqual(scene);
    expect(scene.hierarchy.map(({ name }) => name)).toEqual(['Main Camera', 'Directional Light', 'Ground', 'Level']);
    expect(scene.hierarchy[1]?.transform?.rotation.map(Math.round)).toEqual([50, -30, 0]);
  });

  it('that is a material, a texture or a script tells its own facts', async () => {
    harness = await startHarness();
    await harness.generate(
      'Hero',
      scriptOf('Hero', '    [SerializeField] private float speed = 5f;\n    private int hidden;\n'),
    );
    const of = (path: string) => harness.unity.unityDeconstructAsset({ path }, harness.context);
    expect(await of('Assets/Materials/Crate.mat')).toMatchObject({
      properties: { colors: { _BaseColor: { r: 0.62, g: 0.43, b: 0.25, a: 1 } } },
      unreadable: [],
    });
    expect(await of('Assets/Textures/Crate.png')).toMatchObject({
      properties: { format: 'png', width: 64, height: 64, importSettings: { importer: 'TextureImporter' } },
    });
    expect(await of('Assets/Scripts/Hero.cs')).toMatchObject({
      types: [
        {
          name: 'Hero',
          kind: 'class',
          bases: ['MonoBehaviour'],
          fields: [{ name: 'speed', type: 'float', initial: '5f' }],
        },
      ],
      unreadable: [],
    });
  });

  it('whose file is not here is read through the MCP, and says what that leaves out', async () => {
    harness = await startHarness({ adapter: { projectRoot: '/no/such/folder' } });
    const prefab = await harness.unity.unityDeconstructAsset({ path: 'Assets/Prefabs/Player.prefab' }, harness.context);
    expect(prefab.hierarchy).toMatchObject([{ name: 'Player', children: [{ name: 'Body' }, { name: 'Weapon' }] }]);
    expect(prefab.unreadable.map(({ what }) => what)).toEqual(['transforms and property values', 'dependencies']);
    const material = await harness.unity.unityDeconstructAsset({ path: 'Assets/Materials/Crate.mat' }, harness.context);
    expect(material.hierarchy).toEqual([]);
    expect(material.unreadable.map(({ what }) => what)).toContain('contents');
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
    for (const outputPath of [
      '../Game',
      '/tmp/Game',
      'Assets/Game',
      'C:/Game',
      'Library/Game',
      '.git/Game',
      'packages/x',
    ]) {
      await expect(build({ target: 'linux64', outputPath })).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });

  it('is followed to its end by a later run, through a blocked editor', async () => {
    harness = await startHarness({ simulator: { buildBlocks: true, buildMs: 1_200 } });
    const left = new AbortController();
    const jobs: BuildStatus[] = [];
    const first = harness.unity.unityRunBuild(
      { target: 'linux64', development: false, outputPath: 'Builds/Game' },
      { ...harness.context, signal: left.signal, onProgress: (status) => void jobs.push(status) },
    );
    await expect.poll(() => jobs.length).toBeGreaterThan(0);
    left.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    const job = { jobId: jobs[0]?.jobId ?? '', startedAtMs: Date.now(), outputPath: null };
    const last = await harness.unity.unityFollowBuild(job, { ...harness.context, onProgress: () => undefined });
    expect(last).toMatchObject({ state: 'succeeded', outputPath: 'Builds/Game' });
  });

  it('is one at a time', async () => {
    harness = await startHarness();
    const first = build({ target: 'linux64' });
    await expect(build({ target: 'linux64' })).rejects.toMatchObject({ code: 'unity_busy' });
    expect((await first).last.state).toBe('succeeded');
  });
});
