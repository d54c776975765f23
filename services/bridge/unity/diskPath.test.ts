import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { renameSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeAssetFiles } from './assetFiles.ts';
import { makeFolderInAssets } from './diskPath.ts';
import type { ProjectFiles } from './files.ts';
import { makeIngest } from './ingest.ts';
import { makeProjectIndex } from './projectIndex.ts';

let base: string;
let root: string;
let outside: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'spark-disk-')));
  [root, outside] = [join(base, 'Project'), join(base, 'Outside')];
  await mkdir(join(root, 'Assets/Textures'), { recursive: true });
  await mkdir(outside);
});
afterEach(() => rm(base, { recursive: true, force: true }));

const refusal = { code: 'path_outside_assets' };
const notUsed = (): Promise<never> => Promise.reject(new Error('not used'));

it('makes the folders of an asset and says where they really are', async () => {
  expect(await makeFolderInAssets(root, 'Assets/A/B/C.png')).toBe(join(root, 'Assets/A/B'));
  await symlink(join(root, 'Assets/A'), join(root, 'Assets/Other'));
  expect(await makeFolderInAssets(root, 'Assets/Other/D/E.png')).toBe(join(root, 'Assets/A/D'));
});

it('makes no folder through a link that leads out of Assets', async () => {
  await symlink(outside, join(root, 'Assets/Link'));
  await expect(makeFolderInAssets(root, 'Assets/Link/New/C.png')).rejects.toMatchObject(refusal);
  expect(await readdir(outside)).toEqual([]);
});

it('copies nothing out of the project when a folder becomes a link after it was checked', async () => {
  const source = join(base, 'Rock.png');
  await writeFile(source, 'rock');
  const ingest = makeIngest({
    calls: { attempt: notUsed },
    files: { root: () => Promise.resolve(root) },
    index: makeProjectIndex({ clock: { now: () => 0 } }),
    info: notUsed,
  });
  const context = { sessionId: 's', callId: null, signal: new AbortController().signal };
  const plan = await ingest.plan({ source }, context);
  // The last thing asked before the copy is whether the call was cancelled.
  const swap = new AbortController().signal;
  Object.defineProperty(swap, 'aborted', {
    get() {
      renameSync(join(root, 'Assets/Textures'), join(base, 'Moved'));
      symlinkSync(outside, join(root, 'Assets/Textures'));
      return false;
    },
  });
  await expect(ingest.bringIn(plan, { ...context, signal: swap })).rejects.toMatchObject(refusal);
  expect(await readdir(outside)).toEqual([]);
});

it('puts nothing back outside the project when a folder becomes a link after it was checked', async () => {
  let asked = 0;
  const files: ProjectFiles = {
    root: () => Promise.resolve(root),
    read: notUsed,
    sha: notUsed,
    shaFromUnity: notUsed,
    shaIn: notUsed,
  };
  const assetFiles = makeAssetFiles({ calls: { read: notUsed }, files });
  const kept = {
    path: 'Assets/Textures/Rock.png',
    // Asked for when the path has been checked and found free.
    get bytes() {
      asked += 1;
      renameSync(join(root, 'Assets/Textures'), join(base, 'Moved'));
      symlinkSync(outside, join(root, 'Assets/Textures'));
      return Buffer.from('rock');
    },
  };
  await expect(assetFiles.putBack([kept], new AbortController().signal)).rejects.toMatchObject(refusal);
  expect([asked, await readdir(outside)]).toEqual([1, []]);
});
