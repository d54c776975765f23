import type { RouteName } from '../../shared/contracts/api/index.ts';
import { failed, type FakeRoutes } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleCall, sampleChange, sampleFrame, sampleMessage, sampleSnapshot } from './samples.ts';

/** Each screen while it reads, when it cannot, and while the window has no connection to SPARK. */
const asked = sampleMessage(0, { role: 'user', text: 'Create a player controller' });
const snapshot = sampleSnapshot({
  messages: [asked],
  calls: [sampleCall(1, { state: 'succeeded', changeId: idOf(2), summary: 'created' })],
  changes: [sampleChange(2, { callId: 'c1' })],
  frames: [sampleFrame(1), sampleFrame(2)],
});
const unreadable = failed('journal_unreadable', 'The journal could not be read. Nothing was changed; try again.');
const noUnity = failed(
  'unity_unavailable',
  'Unity does not answer. Nothing was changed. Look for an open dialog in it, then try again.',
);
const never = new Promise<never>(() => undefined);
const loading = (...routes: readonly RouteName[]): { readonly routes: FakeRoutes } => ({
  routes: Object.fromEntries(routes.map((route) => [route, () => never])),
});
const failing = (answer: typeof unreadable, ...routes: readonly RouteName[]): { readonly routes: FakeRoutes } => ({
  routes: Object.fromEntries(routes.map((route) => [route, () => answer])),
});
const settings = (settingsSection: string, more: Partial<GalleryState>): GalleryState => ({
  snapshot: sampleSnapshot(),
  window: { view: 'settings', settingsSection },
  ...more,
});
const panel = (panelTab: 'preview' | 'changes' | 'build' | 'console' | 'assets', more: Partial<GalleryState>) => ({
  snapshot,
  ...more,
  window: { panelTab, ...more.window },
});
const open = { window: { changeId: idOf(2) } };

export const failingStates: Readonly<Record<string, GalleryState>> = {
  sessionOpening: { snapshot, ...loading('session.open') },
  sessionFailing: { snapshot, ...failing(unreadable, 'session.open') },
  sessionsLoading: { snapshot, ...loading('session.list') },
  sessionsFailing: { snapshot, ...failing(unreadable, 'session.list') },
  changesEmpty: panel('changes', { snapshot: sampleSnapshot() }),
  changesLoading: panel('changes', { ...open, ...loading('change.read') }),
  changesFailing: panel('changes', { ...open, ...failing(unreadable, 'change.read') }),
  changesOffline: panel('changes', { ...open, offline: true }),
  previewLoading: panel('preview', loading('frame.read')),
  previewFailing: panel('preview', { ...failing(noUnity, 'preview.render'), press: 'Render a new frame' }),
  previewUnreadable: panel('preview', failing(unreadable, 'frame.read')),
  buildsLoading: panel('build', loading('build.history')),
  buildsFailing: panel('build', failing(unreadable, 'build.history')),
  buildsOffline: panel('build', { offline: true }),
  consoleLoading: panel('console', loading('console.read')),
  consoleOffline: panel('console', { offline: true }),
  assetsSearching: panel('assets', { asset: { word: 'crate' }, ...loading('asset.search') }),
  assetsFailing: panel('assets', { asset: { word: 'crate' }, ...failing(noUnity, 'asset.search') }),
  costLoading: { snapshot, ...loading('usage.get'), press: 'Cost today' },
  costFailing: { snapshot, ...failing(unreadable, 'usage.get'), press: 'Cost today' },
  healthLoading: { snapshot, ...loading('app.get'), window: { view: 'health' } },
  healthOffline: { snapshot, offline: true, window: { view: 'health' } },
  settingsLoading: settings('conversation', loading('settings.get', 'config.list', 'data.get')),
  settingsFailing: settings('conversation', failing(unreadable, 'settings.get')),
  settingsConfigFailing: settings('unity', failing(unreadable, 'config.list')),
  settingsDataFailing: settings('data', failing(unreadable, 'data.get')),
  settingsOffline: settings('unity', { offline: true }),
  rulesFailing: settings('rules', failing(unreadable, 'rules.get', 'rules.history')),
  promptsFailing: settings('prompts', failing(unreadable, 'prompt.list')),
  allowedFailing: settings('allowed', failing(unreadable, 'policy.list')),
  setupFailing: { snapshot: sampleSnapshot(), ...failing(unreadable, 'config.list'), window: { view: 'setup' } },
  setupOffline: { snapshot: sampleSnapshot(), offline: true, window: { view: 'setup' } },
};
