import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { locateOutput } from './buildOutput.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'spark-output-')));
  await mkdir(join(root, 'Builds/Linux'), { recursive: true });
  await mkdir(join(root, 'Assets'));
  await writeFile(join(root, 'Builds/Linux/Game.x86_64'), '');
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('is where Unity said, relative to the project or whole', async () => {
  const path = join(root, 'Builds/Linux/Game.x86_64');
  expect(await locateOutput(root, 'Builds/Linux/Game.x86_64')).toBe(path);
  expect(await locateOutput(root, path)).toBe(path);
});

it.each(['Builds/Gone', '../elsewhere', '.', '/etc', 'Assets', 'Builds/Out'])('is never %s', async (path) => {
  await symlink('/', join(root, 'Builds/Out'));
  expect(await locateOutput(root, path)).toBeNull();
});
