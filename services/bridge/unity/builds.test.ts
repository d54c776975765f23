import { expect, it } from 'vitest';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { readyEditor } from '../testing/fakeUnity.ts';
import { makeBuilds } from './builds.ts';
import type { CallResult } from './translate.ts';
import type { BuildJob } from './types.ts';

const lost: CallResult = { kind: 'may_have_run', reason: 'timeout', message: 'TimeoutError' };

it('a build whose start Unity did not confirm is neither sent again nor spoken of as a file', async () => {
  const sent: string[] = [];
  const builds = makeBuilds({
    calls: {
      attempt: (_tool, args) => {
        sent.push(String(args['action']));
        return Promise.resolve(lost);
      },
    },
    console: { read: () => Promise.resolve([]) },
    files: { root: () => Promise.resolve(null) },
    editor: { setBuilding: () => undefined, status: () => readyEditor },
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
  expect(sent).toEqual(['status', 'build']);
});

const body = (data: Record<string, unknown>, success = true): CallResult =>
  success
    ? { kind: 'reply', body: { success, data }, png: null }
    : { kind: 'failed', code: 'x', message: 'No job found with ID: build-1', data: {} };

/** A Unity that forgets its jobs at once, as after a domain reload. */
const forgetful = (
  lastReport: (asks: number) => Record<string, unknown> | null,
  lines: (reads: number) => string[],
) => {
  let [asks, reads] = [0, 0];
  return makeBuilds({
    calls: {
      attempt: (_tool, args) => {
        if (args['action'] === 'build') return Promise.resolve(body({ job_id: 'build-1' }));
        if (args['job_id'] !== undefined) return Promise.resolve(body({}, false));
        const report = lastReport((asks += 1));
        return Promise.resolve(report === null ? body({}, false) : body(report));
      },
    },
    console: {
      read: () => Promise.resolve(lines((reads += 1)).map((message) => ({ severity: 'log', message }))),
    },
    files: { root: () => Promise.resolve(null) },
    editor: { setBuilding: () => undefined, status: () => readyEditor },
    logger: makeLogger({ name: 'test', level: 'silent' }),
    clock: Date,
    pollMs: 1,
  });
};
const start = (builds: ReturnType<typeof makeBuilds>) =>
  builds.run(
    { target: 'linux64', development: false },
    { sessionId: 's', callId: 'c', signal: new AbortController().signal, onProgress: () => undefined },
  );
const report = { result: 'succeeded', output_path: 'Builds/Old', duration_seconds: 3 };

it('a build that Unity forgot is found by its report, never by the report of the build before', async () => {
  const found = forgetful(
    (asks) => (asks === 1 ? report : { ...report, output_path: 'Builds/New', duration_seconds: 4 }),
    () => [],
  );
  expect(await start(found)).toMatchObject({ state: 'succeeded', outputPath: 'Builds/New', elapsedMs: 4_000 });
  const old = forgetful(
    () => report,
    () => [],
  );
  expect(await start(old)).toMatchObject({ state: 'failed', phase: 'lost' });
});

it('a build that Unity forgot is found by its console line, never by an older line', async () => {
  const line = '[MCP Build] Build succeeded: Builds/Game (2 MB)';
  expect(
    await start(
      forgetful(
        () => null,
        (reads) => (reads === 1 ? [] : [line]),
      ),
    ),
  ).toMatchObject({ state: 'succeeded' });
  expect(
    await start(
      forgetful(
        () => null,
        () => [line],
      ),
    ),
  ).toMatchObject({ state: 'failed', phase: 'lost' });
});

it('a build that is followed again, with nothing known from before it, is not ended by an older report or line', async () => {
  const builds = forgetful(
    () => report,
    () => ['[MCP Build] Build succeeded: Builds/Old (2 MB)'],
  );
  const follow = (before: BuildJob['before']) =>
    builds.follow(
      { jobId: 'build-1', startedAtMs: Date.now(), outputPath: 'Builds/Old', before },
      { sessionId: 's', callId: 'c', signal: new AbortController().signal, onProgress: () => undefined },
    );
  expect(await follow(undefined)).toMatchObject({ state: 'failed', phase: 'lost' });
  expect(await follow({ report: JSON.stringify(report), lines: 1 })).toMatchObject({ state: 'failed', phase: 'lost' });
  expect(await follow({ report: null, lines: 1 })).toMatchObject({ state: 'succeeded' });
  expect(await follow({ report: JSON.stringify(report), lines: 0 })).toMatchObject({ state: 'succeeded' });
});
