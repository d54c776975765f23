import { expect, it } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { makeBuilds } from './builds.ts';
import type { CallResult } from './translate.ts';

const lost: CallResult = { kind: 'may_have_run', reason: 'timeout', message: 'TimeoutError' };

it('a build whose start Unity did not confirm is neither sent again nor spoken of as a file', async () => {
  const sent: string[] = [];
  const builds = makeBuilds({
    calls: {
      attempt: (tool) => {
        sent.push(tool);
        return Promise.resolve(lost);
      },
    },
    console: { read: () => Promise.resolve([]), compileErrors: () => Promise.resolve([]) },
    editor: { setBuilding: () => undefined },
    logger: makeLogger({ name: 'test', level: 'silent' }),
    clock: Date,
  });
  const { signal } = new AbortController();
  const run = builds.run(
    { target: 'linux64', development: false },
    { sessionId: 's', callId: 'c', signal, onProgress: () => undefined },
  );
  await expect(run).rejects.toMatchObject({
    code: 'unity_failed',
    message: expect.stringContaining('may be running'),
  });
  expect(sent).toEqual(['manage_build']);
});
