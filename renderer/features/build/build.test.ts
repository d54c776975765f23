import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed, makeFakeClient, ok, type FakeRoutes } from '../../testing/fakeClient.ts';
import { sampleBuild, sessionId } from '../../testing/samples.ts';
import { noSession, type OpenSession } from '../sessions/projection.ts';
import { makeBuild } from './buildStore.ts';
import { progressOf } from './estimate.ts';
import { comparable, mergeBuilds } from './merge.ts';

describe('the estimate of a build', () => {
  it('is by the time of earlier ones, never full, and says when it is overrun', () => {
    expect(progressOf(50_000, 200_000)).toEqual({
      percent: 25,
      words: 'about 25 %, 2 m 30 s left · usually 3 m 20 s',
    });
    expect(progressOf(199_900, 200_000).percent).toBe(97);
    expect(progressOf(300_000, 200_000)).toEqual({ percent: 97, words: 'longer than usual · usually 3 m 20 s' });
    expect(progressOf(300_000, null).percent).toBeNull();
  });
});

describe('the builds that are shown', () => {
  it('are the project’s, with the newer state of the session’s own', () => {
    const [one, two] = [sampleBuild(1), sampleBuild(2, { state: 'succeeded' })];
    const merged = mergeBuilds([one], [{ ...one, state: 'failed' }, two]);
    expect(merged.map(({ buildId, state }) => [buildId, state])).toEqual([
      [two.buildId, 'succeeded'],
      [one.buildId, 'failed'],
    ]);
  });

  it('are compared with those of their target and kind, oldest first', () => {
    const good = { state: 'succeeded' } as const;
    const builds = [
      sampleBuild(4, good),
      sampleBuild(3, { ...good, development: true }),
      sampleBuild(2),
      sampleBuild(1, good),
    ];
    expect(comparable(builds, { target: 'linux64', development: false })).toEqual([
      sampleBuild(1, good),
      sampleBuild(4, good),
    ]);
  });
});

function setUp(routes: FakeRoutes) {
  const copied: string[] = [];
  const client = makeFakeClient(routes);
  const openSession = createStore<OpenSession>(() => noSession);
  const copy = (text: string): Promise<boolean> => Promise.resolve(copied.push(text) > 0);
  return { client, openSession, copied, build: makeBuild({ client, openSession, copy }) };
}
const flush = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the form and the history', () => {
  it('starts with the target that was built last, and the history is read again when a build ends', async () => {
    const last = sampleBuild(1, { target: 'android', development: true });
    const { client, openSession, build } = setUp({
      'build.history': () => ok({ projectName: 'Game', builds: [last] }),
    });
    build.store.setState({ target: 'webgl' });
    const stop = build.watch(sessionId);
    await flush();
    expect(build.store.getState()).toMatchObject({ target: 'android', development: true, history: [last] });
    build.store.setState({ target: 'webgl' });
    openSession.setState({ builds: new Map([[sampleBuild(2).buildId, sampleBuild(2)]]) });
    openSession.setState({ builds: new Map([[sampleBuild(2).buildId, sampleBuild(2, { elapsedMs: 99_000 })]]) });
    await flush();
    expect(client.requests).toHaveLength(2);
    expect(build.store.getState().target).toBe('webgl');
    stop();
  });

  it('gives the output path only when there is one', async () => {
    const { client, build } = setUp({ 'build.start': () => ok({ build: sampleBuild(1) }) });
    await build.start(sessionId);
    build.store.setState({ outputPath: ' Builds/Demo ' });
    await build.start(sessionId);
    expect(client.requests.map(({ input }) => input)).toEqual([
      { sessionId, target: 'linux64', development: false },
      { sessionId, target: 'linux64', development: false, outputPath: 'Builds/Demo' },
    ]);
  });

  it('copies the path of an output where nothing can show it, and says why when it is not known', async () => {
    let revealed = true;
    const { copied, build } = setUp({ 'build.reveal': () => ok({ path: '/p/Game', revealed }) });
    await build.reveal('b');
    expect([copied, build.store.getState().shown]).toEqual([[], { buildId: 'b', words: 'Shown in the file manager.' }]);
    revealed = false;
    await build.reveal('b');
    expect([copied, build.store.getState().shown?.words]).toEqual([['/p/Game'], 'Path copied: /p/Game']);
    const other = setUp({ 'build.reveal': () => failed('not_found', 'Not known.') });
    await other.build.reveal('b');
    expect(other.build.store.getState().shown?.words).toBe('Not known.');
  });
});
