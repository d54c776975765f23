import process from 'node:process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { repositoryDir } from '../paths.ts';
import { startStack } from '../stack.ts';
import type { StackFacts } from './context.ts';

/** One stack for a whole run of tests, in a slot of its own that is removed afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const abort = new AbortController();
  const stack = await startStack({
    stateDir: join(repositoryDir, '.spark', 'test'),
    temporary: true,
    signal: abort.signal,
    logger: makeLogger({ name: 'test-stack', level: 'warn' }),
    onProgress: (message) => process.stderr.write(`stack: ${message}\n`),
  });
  const { env, superuser, owner, consumer, readonly, ports } = stack;
  const facts: StackFacts = { env, superuser, owner, consumer, readonly, ports };
  project.provide('stack', facts);
  return () => stack.stop();
}
