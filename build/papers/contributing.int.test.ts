import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toolEnvironment } from '../../services/sandbox/stack/environment.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { readBlocks } from './readBlocks.ts';

/* The worked examples, followed to the letter on a copy of the repository. */
const paper = 'docs/guides/contributing.md';
const blocks = readBlocks(readFileSync(join(repositoryDir, paper), 'utf8')).filter(
  ({ attributes }) => attributes['on'] === 'clone',
);
/** What is made and not written, and what is linked instead. */
const left = new Set(['node_modules', '.spark', '.git', 'out', 'dist', 'test-results']);
let clone = '';
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'spark-clone-'));
  await cp(repositoryDir, clone, { recursive: true, filter: (from) => !left.has(basename(from)) });
  await symlink(join(repositoryDir, 'node_modules'), join(clone, 'node_modules'));
});
afterAll(() => rm(clone, { recursive: true, force: true }));

test('the worked examples can be followed to the letter', { timeout: 600_000 }, async () => {
  expect(blocks.map(({ language }) => language)).toEqual(['diff', 'sh', 'diff', 'sh', 'diff', 'sh', 'diff', 'sh']);
  for (const { language, line, text } of blocks) {
    const change = join(clone, 'change.diff');
    await writeFile(change, text);
    const script = language === 'diff' ? `git apply --whitespace=nowarn ${change}` : `set -e\n${text}`;
    const { code, said } = await run(script);
    expect(code, `${paper}:${line}\n${said}`).toBe(0);
  }
});

async function run(script: string): Promise<{ readonly code: unknown; readonly said: string }> {
  const path = `${join(clone, 'node_modules/.bin')}:${toolEnvironment()['PATH'] ?? ''}`;
  // Above the copy there may be a repository that is none of its business.
  const env = { ...toolEnvironment(), PATH: path, GIT_CEILING_DIRECTORIES: tmpdir() };
  const child = spawn('sh', ['-c', script], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code]: unknown[] = await once(child, 'close');
  return { code, said };
}
