import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { initialSize } from './initialSize.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spark-size-'));
  await mkdir(join(dir, 'assets'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Bytes that gzip cannot make fewer. */
const noise = (bytes: number): string =>
  `/*${randomBytes(bytes / 2)
    .toString('latin1')
    .replaceAll('*', '-')}*/`;
const write = (name: string, text: string): Promise<void> => writeFile(join(dir, name), text);

it('counts what the page names and what that imports at once, each once, and not what is loaded later', async () => {
  await write('index.html', '<script src="./assets/a.js"></script><link href="./assets/a.css">');
  await write('assets/a.js', `import{x}from"./b.js";import"./c.js";const later=()=>import("./d.js");${noise(1_000)}`);
  await write('assets/b.js', `export*from"./c.js";${noise(2_000)}`);
  await write('assets/c.js', noise(4_000));
  await write('assets/d.js', noise(100_000));
  await write('assets/a.css', noise(500));
  const { scriptBytes, styleBytes } = await initialSize(dir);
  expect(scriptBytes).toBeGreaterThan(3_500);
  expect(scriptBytes).toBeLessThan(12_000);
  expect(styleBytes).toBeLessThan(1_500);
});

it('says so when nothing is built', async () => {
  await expect(initialSize(join(dir, 'nowhere'))).rejects.toThrow('ENOENT');
});
