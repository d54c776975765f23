import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyWhole, toCopyError } from './copyWhole.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-copy-'));
  await writeFile(join(folder, 'source.png'), 'mine');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const copy = (source: string, name: string): Promise<void> =>
  copyWhole({ source: join(folder, source), folder, name, path: `Assets/${name}` });

it('a copy is there whole, and nothing else is', async () => {
  await copy('source.png', 'copy.png');
  expect(await readFile(join(folder, 'copy.png'), 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['copy.png', 'source.png']);
});

it('a name that was taken meanwhile is said as such, and its file stays', async () => {
  await writeFile(join(folder, 'copy.png'), 'theirs');
  await expect(copy('source.png', 'copy.png')).rejects.toMatchObject({
    code: 'stale_file',
    message: 'There is another Assets/copy.png now. Nothing was copied.',
  });
  expect(await readFile(join(folder, 'copy.png'), 'utf8')).toBe('theirs');
  expect(await readdir(folder)).toEqual(['copy.png', 'source.png']);
});

it('a source that has gone is said as such', async () => {
  await expect(copy('gone.png', 'copy.png')).rejects.toMatchObject({ code: 'not_found' });
});

it.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
  ['EACCES', 'may not be read, or its folder not be written'],
  ['EROFS', 'may not be read, or its folder not be written'],
  ['EIO', 'EIO'],
])('%s is told in words: %s', (code, words) => {
  const error = toCopyError(Object.assign(new Error(`${code}: raw`), { code }), 'source.png', 'Assets/copy.png');
  expect(error).toMatchObject({ code: 'unity_rejected', message: expect.stringContaining(words) });
  expect(error).toMatchObject({ message: expect.stringContaining('Nothing was copied') });
});
