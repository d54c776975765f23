import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installRealServer, type RealServerInstall } from './index.ts';
import { unityMcpVersion } from './version.ts';

let dir: string;
let parentDir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spark-unity-install-'));
  parentDir = join(dir, 'unity-real');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A program that answers as Python does: its version, `-m venv` (copies itself), `-m pip` (says `pip`, and fails or not). */
async function fakePython(name: string, version: string, pip: 'works' | 'fails'): Promise<string> {
  const file = join(dir, name);
  const body = `#!/bin/sh
case "$1 $2" in
  "-c "*) echo "${version}" ;;
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *) ${pip === 'works' ? 'exit 0' : 'echo "no matching distribution" >&2; exit 1'} ;;
esac
`;
  await writeFile(file, body, { mode: 0o755 });
  return file;
}

const install = (...pythons: string[]): Promise<RealServerInstall> =>
  installRealServer({ signal: new AbortController().signal, parentDir, pythons });

it('takes the first Python that is new enough', async () => {
  const [old, recent] = [await fakePython('old', '3.9', 'works'), await fakePython('recent', '3.12', 'works')];
  const made = await install(join(dir, 'absent'), old, recent);
  expect(made).toEqual({ kind: 'ready', python: join(parentDir, unityMcpVersion, 'bin/python') });
  expect(await readdir(parentDir)).toEqual([unityMcpVersion]);
});

it('says that Python is missing or too old', async () => {
  const old = await fakePython('old', '3.9', 'works');
  expect(await install(join(dir, 'absent'))).toMatchObject({ reason: expect.stringContaining('there is no Python') });
  expect(await install(old)).toMatchObject({ kind: 'missing', reason: expect.stringContaining('is 3.9') });
});

it('says what pip said when it fails, and leaves nothing that looks whole', async () => {
  const made = await install(await fakePython('python', '3.12', 'fails'));
  expect(made).toMatchObject({ kind: 'missing', reason: expect.stringContaining('no matching distribution') });
  expect(await readdir(parentDir)).toEqual([]);
});

it('makes a half-made environment again and removes what a killed run left', async () => {
  const leftOver = join(parentDir, 'making-1-1');
  await mkdir(leftOver, { recursive: true });
  await utimes(leftOver, 1, 1);
  await mkdir(join(parentDir, unityMcpVersion, 'lib'), { recursive: true });
  const made = await install(await fakePython('python', '3.12', 'works'));
  expect(made.kind).toBe('ready');
  expect(existsSync(join(parentDir, unityMcpVersion, 'lib'))).toBe(false);
  expect(existsSync(leftOver)).toBe(false);
});

it('ends when it is aborted', async () => {
  const abort = new AbortController();
  abort.abort();
  const python = await fakePython('python', '3.12', 'works');
  const made = installRealServer({ signal: abort.signal, parentDir, pythons: [python] });
  await expect(made).rejects.toMatchObject({ name: 'AbortError' });
});
