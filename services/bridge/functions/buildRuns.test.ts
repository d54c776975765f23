import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../journal/index.ts';
import { makeFakeUnity, type FakeUnity } from '../testing/fakeUnity.ts';
import { sessionId, silentLogger } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import type { BuildStatus } from '../unity/types.ts';
import { makeDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcherTypes.ts';
import { makeRateLimit } from './rateLimit/rateLimit.ts';
import { makeRegistry } from './registry.ts';

let journal: Journal;
let dispatcher: Dispatcher;
let informed: string[];

function start(unity: FakeUnity): void {
  dispatcher = makeDispatcher({
    registry: makeRegistry(),
    journal,
    unity,
    settings: { sonnetMode: 'hybrid' },
    rateLimit: makeRateLimit({ perMinute: 100, user: 'me' }),
    directWriter: { lastFailure: () => null, write: async () => null },
    push: () => undefined,
    projectName: () => 'SparkSample',
    inform: async (_session, text) => void informed.push(text),
    clock: Date.now,
    logger: silentLogger,
  });
}
const { reopen } = useJournal((opened) => (journal = opened));
beforeEach(() => {
  informed = [];
});
afterEach(async () => {
  await dispatcher.close();
});

const status = (state: BuildStatus['state']): BuildStatus => ({
  jobId: 'build-1',
  state,
  phase: state,
  elapsedMs: 10,
  outputPath: 'Builds/Game',
  sizeBytes: state === 'succeeded' ? 7 : null,
  warnings: 0,
  errors: 0,
  reason: null,
});
/** A build that Unity has begun and that ends only for a later follower. */
const endless: FakeUnity['unityRunBuild'] = async (_args, { signal, onProgress }) => {
  onProgress(status('building'));
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new Error('aborted')));
  return await promise;
};
const run = () =>
  dispatcher.dispatch(
    { sessionId, callId: 'b1', name: 'runUnityBuild', argumentsJson: '{"target":"linux64"}' },
    new AbortController().signal,
    { origin: 'person' },
  );
const build = () => journal.builds.list(sessionId)[0];

describe('a build without its call', () => {
  it('goes on when the call is cancelled, and is followed to its end', async () => {
    const seen: string[] = [];
    start(
      makeFakeUnity({
        build: endless,
        followBuild: async (job, { onProgress }) => {
          seen.push(job.jobId);
          onProgress(status('building'));
          return status('succeeded');
        },
      }),
    );
    const output = run();
    await expect.poll(() => build()?.state).toBe('building');
    dispatcher.cancel(sessionId, 'b1');
    expect(JSON.parse(await output)).toMatchObject({ success: false, reason: expect.stringContaining('goes on') });
    await expect.poll(() => build()?.state).toBe('succeeded');
    expect(seen).toEqual(['build-1']);
    expect(build()).toMatchObject({ outputPath: 'Builds/Game', sizeBytes: 7 });
    expect(informed).toEqual([expect.stringContaining('succeeded: Builds/Game')]);
  });

  it('is followed again after SPARK was closed, and only once', async () => {
    start(makeFakeUnity({ build: endless }));
    const output = run();
    await expect.poll(() => build()?.state).toBe('building');
    await dispatcher.close();
    await output;
    expect(build()?.state).toBe('building');
    reopen();
    expect(build()?.state).toBe('building');
    let follows = 0;
    start(
      makeFakeUnity({
        followBuild: async () => {
          follows += 1;
          return { ...status('failed'), errors: 1, reason: 'Scene not found' };
        },
      }),
    );
    dispatcher.startSettling();
    dispatcher.startSettling();
    await expect.poll(() => build()?.state).toBe('failed');
    expect(build()).toMatchObject({ reason: 'Scene not found', errors: 1 });
    expect(follows).toBe(1);
  });

  it('that its call still follows is left to it', async () => {
    let follows = 0;
    start(makeFakeUnity({ build: endless, followBuild: async () => ((follows += 1), status('succeeded')) }));
    const first = run();
    await expect.poll(() => build()?.state).toBe('building');
    const other = { sessionId, callId: 'c2', name: 'getUnityEditorState', argumentsJson: '{}' };
    await dispatcher.dispatch(other, new AbortController().signal);
    expect(follows).toBe(0);
    expect(build()?.state).toBe('building');
    await dispatcher.close();
    await first;
  });
});
