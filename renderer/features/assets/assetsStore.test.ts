import { describe, expect, it, vi } from 'vitest';
import type { Uas } from '../../../shared/contracts/uas.ts';
import { failed, makeFakeClient, ok, type FakeRoutes } from '../../testing/fakeClient.ts';
import { sessionId } from '../../testing/samples.ts';
import { makeAssets } from './assetsStore.ts';

const asset = (path: string) => ({ path, guid: 'f'.repeat(32), type: 'GameObject', name: 'x', isFolder: false });
const uasOf = (path: string): Uas => ({
  uasVersion: '1.1',
  asset: { path, type: 'GameObject', name: 'x' },
  hierarchy: [],
  unreadable: [],
});
const snapshot = (callId: string) => ({ sessionId, callId, createdAt: '2026-11-23T09:00:00.000Z' });
const routes: FakeRoutes = {
  'asset.search': ({ query }) => ok({ total: 1, assets: [asset(`Assets/${query}.prefab`)] }),
  'asset.deconstruct': ({ path }) => ok({ callId: 'now', uas: uasOf(path) }),
  'asset.ingest': ({ path = 'Assets/In.png' }) => ok({ asset: { ...asset(path), usedBy: ['Assets/A.unity'] } }),
  'asset.snapshots': () => ok({ snapshots: [snapshot('now'), snapshot('before')] }),
  'asset.snapshot': () => ok({ uas: uasOf('Assets/A.prefab') }),
};

describe('assets in the window', () => {
  it('are searched once for the word that stayed', async () => {
    const client = makeFakeClient(routes);
    const assets = makeAssets({ client, pauseMs: 1 });
    assets.search(sessionId, 'a');
    assets.search(sessionId, 'ab');
    await vi.waitFor(() => expect(assets.store.getState().found).not.toBeNull());
    expect(client.requests.map(({ input }) => input)).toEqual([{ sessionId, query: 'ab' }]);
    expect(assets.store.getState().found?.assets[0]?.path).toBe('Assets/ab.prefab');
    assets.search(sessionId, '');
    expect(assets.store.getState()).toMatchObject({ found: null, searching: false });
  });

  it('are opened with their tree, both directions of references, and the earlier trees without this one', async () => {
    const assets = makeAssets({ client: makeFakeClient(routes) });
    await assets.open(sessionId, 'Assets/A.prefab');
    expect(assets.store.getState()).toMatchObject({
      loading: false,
      tree: { asset: { path: 'Assets/A.prefab' } },
      described: { asset: { usedBy: ['Assets/A.unity'] } },
      snapshots: [{ callId: 'before' }],
      error: null,
    });
    await assets.compare(snapshot('before'));
    expect(assets.store.getState().earlier?.snapshot.callId).toBe('before');
  });

  it('that were closed meanwhile do not come back', async () => {
    const assets = makeAssets({ client: makeFakeClient(routes) });
    const opening = assets.open(sessionId, 'Assets/A.prefab');
    assets.close();
    await opening;
    expect(assets.store.getState()).toMatchObject({ path: null, tree: null });
  });

  it('say why they cannot be taken apart, and still what refers to them', async () => {
    const client = makeFakeClient({ ...routes, 'asset.deconstruct': () => failed('unity_busy', 'Unity builds.') });
    const assets = makeAssets({ client });
    await assets.open(sessionId, 'Assets/A.prefab');
    expect(assets.store.getState()).toMatchObject({ error: { message: 'Unity builds.' }, described: { asset: {} } });
  });

  it('that were copied in and not imported yet are not taken apart', async () => {
    const client = makeFakeClient({
      ...routes,
      'asset.ingest': () => ok({ asset: asset('Assets/In.png'), warning: 'Unity has not imported it yet.' }),
    });
    const assets = makeAssets({ client });
    expect(await assets.bringIn(sessionId, '/home/me/In.png')).toBe(true);
    expect(client.requests.map(({ route }) => route)).toEqual(['asset.ingest']);
    expect(assets.store.getState().described?.warning).toContain('not imported');
  });
});
