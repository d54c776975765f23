import { conversationSettingsSchema } from '../../shared/contracts/settings.ts';
import { samplePrices, sampleSettings, sampleUsage } from './costStates.ts';
import { drawFrame } from './drawFrame.ts';
import { failed, makeFakeClient, ok, type FakeClient } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';
import { sampleInsights } from './insightsStates.ts';
import { projectRoutes } from './projectStates.ts';
import { sampleAssets, sampleHealth, sampleSession, sampleSetup } from './samples.ts';
import { playerController, playerControllerJump } from './scripts.ts';
import { setupRoutes } from './setupStates.ts';
import { sampleTeamChoices } from './teamStates.ts';

const others = ['Enemy patrols the bridge', 'Main menu and pause', 'Why does the build crash on Android'].map(
  (title, index) => sampleSession({ sessionId: `0198c0de-0000-7000-8000-0000000009${index}0`, title }),
);
const defaults = conversationSettingsSchema.parse({});

/** What answers the window in one state of the gallery. */
export function makeGalleryClient(state: GalleryState): FakeClient {
  const { snapshot } = state;
  const health = state.health ?? sampleHealth();
  const sessions = [snapshot.session, ...(state.sessions ?? others)];
  return makeFakeClient({
    'app.get': () => ok({ version: '0.1.0', host: 'web', simulated: true, health, setup: state.setup ?? sampleSetup }),
    'alert.list': () => ok({ alerts: [...(state.alerts ?? [])] }),
    'session.list': () => ok({ sessions }),
    'session.open': () => ok(snapshot),
    'change.list_stored': ({ changeIds }) =>
      ok({
        stored: state.stored === true ? changeIds.map((changeId) => ({ changeId, recordedAt: null })) : [],
        source: 'replica',
      }),
    'change.read': () =>
      ok({
        path: 'Assets/Scripts/PlayerController.cs',
        ...(state.texts ?? { before: playerController, after: playerControllerJump }),
      }),
    'unity.list_instances': () => ok({ instances: state.editors ?? [] }),
    'unity.choose_instance': () =>
      failed('not_found', 'This Unity Editor is not open any more. Look at the list again.'),
    ...(state.undo === undefined ? {} : { 'change.undo': () => ok(state.undo ?? { kind: 'nothing_to_do', why: '' }) }),
    'frame.read': async ({ frameId, size }) => {
      const { width = 1024 } = snapshot.frames.find((frame) => frame.frameId === frameId) ?? {};
      return ok({ mimeType: 'image/png', bytes: await drawFrame(frameId, size === 'thumbnail' ? 192 : width) });
    },
    'image.read': async ({ index }) => ok({ mimeType: 'image/png', bytes: await drawFrame(`0${index + 1}`) }),
    'asset.search': () => ok({ total: 31, assets: sampleAssets }),
    'asset.deconstruct': () =>
      state.asset?.open === undefined
        ? failed('unity_busy', state.asset?.fails ?? '')
        : ok({ callId: 'now', uas: state.asset.open }),
    'asset.ingest': ({ path = '' }) =>
      ok({
        asset: {
          path,
          guid: 'f'.repeat(32),
          type: 'GameObject',
          name: 'Player',
          isFolder: false,
          sizeBytes: 48_213,
          usedBy: ['Assets/Scenes/Main.unity'],
          usedByComplete: true,
        },
      }),
    'asset.snapshots': () =>
      ok({
        snapshots: [{ sessionId: snapshot.session.sessionId, callId: 'before', createdAt: '2026-11-22T09:00:00.000Z' }],
      }),
    'build.history': () => ok({ projectName: 'SparkSample', builds: [...(state.builds ?? [])] }),
    'build.reveal': () => ok({ path: '/home/me/SparkSample/Builds/Linux/SparkSample.x86_64', revealed: false }),
    'console.read': () =>
      state.console === undefined
        ? failed('unity_unavailable', 'No Unity is connected. Set UNITY_MCP_URL and start SPARK again.')
        : ok(state.console),
    'history.search': () => state.history?.() ?? ok({ hits: [], total: 0, reading: null }),
    'team.list_choices': () => ok(sampleTeamChoices),
    'session.describe_deletion': () =>
      state.deletion === undefined ? failed('not_found', 'There is no such session.') : ok(state.deletion),
    'usage.get': () => ok(state.usage ?? sampleUsage),
    'insights.get': async () => {
      const { insights = sampleInsights } = state;
      if (insights === 'never') return new Promise(() => undefined);
      return 'code' in insights ? { ok: false, error: insights } : ok(insights);
    },
    'settings.get': () =>
      ok({ settings: sampleSettings, defaults, builtInPrices: { asOf: '2026-11-22', models: { ...samplePrices } } }),
    'settings.update': () => ok({ settings: defaults }),
    ...setupRoutes(state),
    'chat.send': () => failed('realtime_unavailable', 'The gallery has no model. Your text is kept in the box.'),
    ...projectRoutes,
    ...state.routes,
  });
}
