import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readProjectFacts } from './projectFacts.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spark-facts-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const manifest = (...names: string[]): void =>
  write(
    'Packages/manifest.json',
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])) }),
  );
const graphics = (asset: string): void =>
  write('ProjectSettings/GraphicsSettings.asset', `GraphicsSettings:\n  m_CustomRenderPipeline: {${asset}}\n`);

it('tells the render pipeline that the graphics settings use, not one that is only installed', async () => {
  manifest('com.unity.render-pipelines.universal', 'com.unity.inputsystem');
  graphics('fileID: 11400000, guid: 1234, type: 2');
  expect(await readProjectFacts(root)).toMatchObject({ renderPipeline: 'Universal (URP)', hasInputSystem: true });
  graphics('fileID: 0');
  expect(await readProjectFacts(root)).toMatchObject({ renderPipeline: 'Built-in' });
  manifest('com.unity.render-pipelines.high-definition');
  graphics('fileID: 11400000, guid: 1234, type: 2');
  expect(await readProjectFacts(root)).toMatchObject({
    renderPipeline: 'High Definition (HDRP)',
    hasInputSystem: false,
  });
  manifest();
  expect(await readProjectFacts(root)).toMatchObject({ renderPipeline: null });
});

it('tells the folders that are there, without hidden ones', async () => {
  for (const folder of ['Assets/Scripts/Player', 'Assets/Art', 'Assets/.git', 'Assets/Samples~']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const facts = await readProjectFacts(root);
  expect(facts?.folders).toEqual(['Assets/Art', 'Assets/Scripts', 'Assets/Scripts/Player']);
});

it('says nothing of a folder that is no project', async () => {
  expect(await readProjectFacts(join(root, 'none'))).toBeNull();
});
