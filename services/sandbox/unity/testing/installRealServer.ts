import process from 'node:process';
import type { TestProject } from 'vitest/node';
import { installRealServer } from '../realServer/index.ts';

/** Makes the real server's environment before its tests, once; where that fails they are skipped with the reason. */
export async function setup(project: TestProject): Promise<void> {
  const install = await installRealServer({
    signal: new AbortController().signal,
    onProgress: (message) => process.stderr.write(`unity-real: ${message}\n`),
  });
  if (install.kind === 'missing') process.stderr.write(`unity-real: skipped. ${install.reason}\n`);
  project.provide('unityReal', install.kind === 'ready' ? { python: install.python } : { missing: install.reason });
}
