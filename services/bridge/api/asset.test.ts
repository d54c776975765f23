import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Uas } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import { makeFakeUnity } from '../testing/fakeUnity.ts';
import { addSession, sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { assetRoutes } from './asset.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

const otherId = '01a20000-0000-7000-8000-000000000002';
const path = 'Assets/Player.prefab';
const uas: Uas = {
  uasVersion: '1.1',
  asset: { path, type: 'GameObject', name: 'Player' },
  hierarchy: [],
  unreadable: [],
};

function keepTree(callId: string, session: string, of: string, result: unknown = { success: true, uas }): void {
  const args = { argumentsJson: JSON.stringify({ path: of }), origin: 'person', effect: 'read' } as const;
  const { view } = journal.calls.insert({ sessionId: session, callId, name: 'deconstructUnityAsset', ...args });
  journal.calls.save({ ...view, state: 'succeeded', result });
}

const routes = () =>
  assetRoutes({
    journal,
    unity: makeFakeUnity(),
    signal: new AbortController().signal,
    dispatcher: { dispatch: () => Promise.reject(new Error('nothing is dispatched')) } as never,
    project: () => ({ name: 'SparkSample', hash: null, unityVersion: null }),
  });

describe('snapshots of an asset', () => {
  it('are those of all sessions of the project, newest first', async () => {
    addSession(journal, otherId);
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    keepTree('c', sessionId, path);
    keepTree('b', sessionId, 'Assets/Other.prefab');
    // By its time, not by its id.
    vi.advanceTimersByTime(1_000);
    keepTree('a', otherId, path);
    const { snapshots } = await routes()['asset.snapshots']({ sessionId, path });
    expect(snapshots.map(({ callId }) => callId)).toEqual(['a', 'c']);
    expect(await routes()['asset.snapshot']({ sessionId, callId: 'c' })).toEqual({ uas });
  });

  it('of another form, or gone, are said to be so', async () => {
    keepTree('old', sessionId, path, { success: true, tree: [] });
    for (const callId of ['old', 'none']) {
      await expect(routes()['asset.snapshot']({ sessionId, callId })).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});
