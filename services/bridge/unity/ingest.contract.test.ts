import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawPng } from '../testing/fakeUnity.ts';
import { startHarness, type Harness } from './testing/harness.ts';

let harness: Harness;
let outside: string;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'spark-outside-'));
  harness = await startHarness();
});
afterEach(async () => {
  await harness.close();
  await rm(outside, { recursive: true, force: true });
});

const png = drawPng([[200, 10, 10]]);
async function fileOutside(name: string, bytes: Uint8Array | string = png): Promise<string> {
  await writeFile(join(outside, name), bytes);
  return join(outside, name);
}
const inProject = (path: string): Promise<Buffer> => readFile(join(harness.simulator.projectDir, path));

describe('a file from outside', () => {
  it('is copied in under a safe name, imported and read', async () => {
    const source = await fileOutside('my: crate?.PNG');
    const plan = await harness.unity.planIngest({ source }, harness.context);
    expect(plan).toMatchObject({ path: 'Assets/Textures/my_ crate_.png', type: 'PNG image', sizeBytes: png.length });
    const outcome = await harness.unity.unityImportAsset(plan, harness.context);
    expect(outcome).toMatchObject({ copied: true, warning: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(outcome.asset).toMatchObject({
      path: plan.path,
      importer: 'TextureImporter',
      guid: expect.stringMatching(/^[0-9a-f]{32}$/),
      dependencies: [],
      usedBy: [],
      usedByComplete: true,
    });
    expect((await inProject(plan.path)).equals(png)).toBe(true);
    expect(
      (await readdir(join(harness.simulator.projectDir, 'Assets/Textures'))).filter((name) => name.startsWith('.')),
    ).toEqual([]);
  });

  it('never takes the place of another, neither when planned nor afterwards', async () => {
    const source = await fileOutside('Crate.png');
    const plan = await harness.unity.planIngest({ source }, harness.context);
    expect(plan.path).toBe('Assets/Textures/Crate 1.png');
    await expect(
      harness.unity.planIngest({ source, path: 'Assets/Textures/Crate.png' }, harness.context),
    ).rejects.toMatchObject({ code: 'stale_file' });
    await harness.putOnDisk(plan.path, 'mine');
    await expect(harness.unity.unityImportAsset(plan, harness.context)).rejects.toMatchObject({ code: 'stale_file' });
    expect((await inProject(plan.path)).toString()).toBe('mine');
  });

  it('whose import Unity did not confirm is copied with a warning, and brought in again without a second copy', async () => {
    const source = await fileOutside('Rock.png');
    const plan = await harness.unity.planIngest({ source }, harness.context);
    const error = `Asset not found at path: ${plan.path}`;
    harness.simulator.editor.faults.add({ kind: 'error', command: 'manage_asset', action: 'get_info', error });
    expect(await harness.unity.unityImportAsset(plan, harness.context)).toMatchObject({
      asset: { path: plan.path, guid: '' },
      copied: true,
      warning: expect.stringContaining('not imported yet'),
    });
    expect((await inProject(plan.path)).equals(png)).toBe(true);
    for (const path of [plan.path, undefined]) {
      const again = await harness.unity.planIngest({ source, path }, harness.context);
      expect(again.path).toBe(plan.path);
      const outcome = await harness.unity.unityImportAsset(again, harness.context);
      expect(outcome).toMatchObject({ copied: false, warning: null, asset: { importer: 'TextureImporter' } });
    }
  });

  it('is taken away by the deletion that its undo plans, while it is as it was copied', async () => {
    const plan = await harness.unity.planIngest({ source: await fileOutside('Rock.png') }, harness.context);
    const { sha256 } = await harness.unity.unityImportAsset(plan, harness.context);
    const away = await harness.unity.planDelete({ path: plan.path }, harness.context);
    expect(away).toMatchObject({ sha256Before: sha256, metaKept: true });
  });

  it('goes into a folder whose name has a dot, one that is there or one that is named with a slash behind', async () => {
    const source = await fileOutside('Rock.png');
    await mkdir(join(harness.simulator.projectDir, 'Assets/Art.v2'));
    for (const path of ['Assets/Art.v2', 'Assets/Art.v2/', 'Assets/Art.v3/']) {
      const plan = await harness.unity.planIngest({ source, path }, harness.context);
      expect(plan.path).toBe(`${path.replace(/\/$/, '')}/Rock.png`);
    }
    const unknown = harness.unity.planIngest({ source, path: 'Assets/Art.v4' }, harness.context);
    await expect(unknown).rejects.toMatchObject({ message: expect.stringContaining('Assets/Art.v4/') });
  });

  it('that is not what its name says is taken with a warning', async () => {
    const warningsOf = async (name: string, bytes: Uint8Array | string): Promise<readonly string[]> =>
      (await harness.unity.planIngest({ source: await fileOutside(name, bytes) }, harness.context)).warnings;
    expect(await warningsOf('Words.png', 'only words')).toEqual([expect.stringContaining('holds text, not PNG')]);
    expect(await warningsOf('Photo.jpg', png)).toEqual([expect.stringContaining('holds PNG, not JPEG')]);
    expect(await warningsOf('Rock.png', png)).toEqual([]);
  });

  it('that changed while it was decided about is not copied', async () => {
    const source = await fileOutside('Rock.png');
    const plan = await harness.unity.planIngest({ source }, harness.context);
    await writeFile(source, 'something else');
    await expect(harness.unity.unityImportAsset(plan, harness.context)).rejects.toMatchObject({ code: 'stale_file' });
    await expect(inProject(plan.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is not copied into a folder that is a link out of the project', async () => {
    const { projectDir } = harness.simulator;
    const linked = await mkdtemp(join(tmpdir(), 'spark-linked-'));
    try {
      const source = await fileOutside('Rock.png');
      const taken = { code: 'path_outside_assets' };
      await symlink(linked, join(projectDir, 'Assets/Linked'));
      for (const path of ['Assets/Linked', 'Assets/Linked/Rock.png', 'Assets/Linked/Deep/Rock.png'])
        await expect(harness.unity.planIngest({ source, path }, harness.context), path).rejects.toMatchObject(taken);
      const plan = await harness.unity.planIngest({ source, path: 'Assets/New/Rock.png' }, harness.context);
      await symlink(linked, join(projectDir, 'Assets/New'));
      await expect(harness.unity.unityImportAsset(plan, harness.context)).rejects.toMatchObject(taken);
      expect(await readdir(linked)).toEqual([]);
    } finally {
      await rm(linked, { recursive: true, force: true });
    }
  });

  it('that is code, empty, too large, no file, inside already, or bound for a place outside Assets is refused', async () => {
    const large = await fileOutside('Huge.png');
    await truncate(large, 600 * 1024 * 1024);
    await symlink(join(outside, 'Huge.png'), join(outside, 'Link.png'));
    const refusals: [string, string | undefined][] = [
      [await fileOutside('Evil.dll'), undefined],
      [await fileOutside('Evil.cs', 'class A {}'), undefined],
      [await fileOutside('Empty.png', ''), undefined],
      [large, undefined],
      [join(outside, 'Link.png'), undefined],
      [outside, undefined],
      [join(outside, 'Nowhere.png'), undefined],
      ['relative.png', undefined],
      [join(harness.simulator.projectDir, 'Assets/Textures/Crate.png'), undefined],
      [await fileOutside('Rock.png'), 'Assets/../Rock.png'],
      [await fileOutside('Rock.png'), 'Assets/Textures/Rock.cs'],
    ];
    for (const [source, path] of refusals) {
      await expect(harness.unity.planIngest({ source, path }, harness.context), source).rejects.toMatchObject({
        code: expect.stringMatching(/^(unity_rejected|not_found|path_outside_assets)$/),
      });
    }
  });
});

describe('an asset of the project', () => {
  it('is read with what it refers to and what uses it', async () => {
    const material = await harness.unity.unityIngestAsset({ path: 'Assets/Materials/Crate.mat' }, harness.context);
    expect(material).toMatchObject({ usedBy: ['Assets/Scenes/SampleScene.unity'], usedByComplete: true });
    const scene = await harness.unity.unityIngestAsset({ path: 'Assets/Scenes/SampleScene.unity' }, harness.context);
    expect(scene.dependencies?.map(({ path }) => path)).toContain('Assets/Materials/Crate.mat');
  });
});
