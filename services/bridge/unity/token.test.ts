import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { makeUnityEditorSim, startSimulatorServer } from '../../sandbox/unity/index.ts';
import { makeUnityAdapter } from './index.ts';
import { contextOf, makeMemoryLedger, quiet } from './testing/harness.ts';

const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

it('a server behind a proxy that wants a token gets it, and a refused token is told as such', async () => {
  const projectDir = await mkdtemp(join(tmpdir(), 'spark-unity-'));
  releases.push(() => rm(projectDir, { recursive: true, force: true }));
  const editor = await makeUnityEditorSim({ projectDir });
  releases.push(editor.close);
  const { url, close } = await startSimulatorServer({ editors: [editor], token: 'right-token' });
  releases.push(close);
  const read = (token: string) => {
    const unity = makeUnityAdapter({ url, token, ledger: makeMemoryLedger(), logger: quiet });
    releases.push(unity.close);
    return unity.readConsole({ types: ['error'], count: 5 }, contextOf());
  };
  expect(await read('right-token')).toEqual([]);
  await expect(read('wrong-token')).rejects.toMatchObject({ code: 'unauthorized' });
});
