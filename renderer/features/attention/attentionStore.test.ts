import { describe, expect, it } from 'vitest';
import { makeFakeClient } from '../../testing/fakeClient.ts';
import { sampleBuild, sampleCall, waitingFor } from '../../testing/samples.ts';
import { makeWindowStore } from '../../lib/windowStore.ts';
import { longBuildMs, makeAttention, type Alert } from './attentionStore.ts';

function start(options: { notify: boolean | null; isInFront?: boolean; isPermitted?: boolean }) {
  const client = makeFakeClient({});
  const window = makeWindowStore({ getItem: () => null, setItem: () => undefined }, { notify: options.notify });
  const shown: Alert[] = [];
  let asked = 0;
  const attention = makeAttention({
    client,
    window,
    isInFront: () => options.isInFront ?? false,
    askPermission: async () => {
      asked += 1;
      return options.isPermitted ?? true;
    },
    show: (alert) => void shown.push(alert),
  });
  return { client, window, shown, attention, asked: () => asked };
}
const [waiting] = waitingFor('deleteUnityAsset', {
  kind: 'delete',
  path: 'Assets/Scripts/Enemy.cs',
  before: null,
  sizeBytes: 1,
  metaKept: true,
  reason: '',
  warnings: [],
}).calls;
const approval = { call: waiting ?? sampleCall(2) };

describe('what waits while the window is behind', () => {
  it('is told once, and never while the window is in front', () => {
    const behind = start({ notify: true });
    behind.client.push('call.changed', approval);
    behind.client.push('call.changed', approval);
    expect(behind.shown.map(({ body }) => body)).toEqual(['An approval for Enemy.cs waits.']);
    const front = start({ notify: true, isInFront: true });
    front.client.push('call.changed', approval);
    expect(front.shown).toEqual([]);
  });

  it('is the end of a long build, not of a short one', () => {
    const { client, shown } = start({ notify: true });
    const build = (n: number, elapsedMs: number) => ({ build: sampleBuild(n, { state: 'failed', elapsedMs }) });
    client.push('build.changed', build(1, longBuildMs - 1));
    client.push('build.changed', { build: sampleBuild(2, { elapsedMs: longBuildMs }) });
    client.push('build.changed', build(3, longBuildMs));
    expect(shown.map(({ body }) => body)).toEqual(['The build for linux64 has failed.']);
  });

  it('is offered to be told the first time it would have helped, and only a yes asks the browser', async () => {
    const { client, attention, window, asked, shown } = start({ notify: null });
    client.push('call.changed', approval);
    expect([attention.store.getState().offer, shown, asked()]).toEqual(['An approval for Enemy.cs waits.', [], 0]);
    await attention.answer(true);
    expect([attention.store.getState().offer, window.getState().notify, asked()]).toEqual([null, true, 1]);
  });

  it('is not told nor offered again after a no, by the person or by the system', async () => {
    const { client, attention, window, asked } = start({ notify: null, isPermitted: false });
    await attention.answer(false);
    expect([window.getState().notify, asked()]).toEqual([false, 0]);
    await attention.answer(true);
    expect(window.getState().notify).toBe(false);
    client.push('call.changed', approval);
    expect(attention.store.getState().offer).toBeNull();
  });
});
