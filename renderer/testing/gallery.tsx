import { createRoot } from 'react-dom/client';
import { App } from '../app/App.tsx';
import { compose, start } from '../app/composition.ts';
import '../app/tokens.css';
import '../app/base.css';
import { failed, makeFakeClient, ok } from './fakeClient.ts';
import { galleryStates } from './galleryStates.ts';
import { samplePrices, sampleSettings, sampleUsage } from './costStates.ts';
import { setupRoutes } from './setupStates.ts';
import { sampleTeamChoices } from './teamStates.ts';
import { sampleInsights } from './insightsStates.ts';
import { projectRoutes } from './projectStates.ts';
import { noDrafts } from './noDrafts.ts';
import { drawFrame } from './drawFrame.ts';
import { conversationSettingsSchema } from '../../shared/contracts/settings.ts';
import { sampleAssets, sampleHealth, sampleSession, sampleSetup } from './samples.ts';
import { playerController, playerControllerJump } from './scripts.ts';

/** One state of the window without any program behind it: `gallery.html?state=approvalNew&theme=dark`. */
const query = new URLSearchParams(location.search);
const name = query.get('state') ?? 'done';
const state = galleryStates[name];
const host = document.getElementById('root');
if (state === undefined || host === null) throw new Error(`The gallery has ${Object.keys(galleryStates).join(', ')}.`);
const { snapshot } = state;
const health = state.health ?? sampleHealth();
const others = ['Enemy patrols the bridge', 'Main menu and pause', 'Why does the build crash on Android'].map(
  (title, index) => sampleSession({ sessionId: `0198c0de-0000-7000-8000-0000000009${index}0`, title }),
);
const defaults = conversationSettingsSchema.parse({});
const sessions = [snapshot.session, ...(state.sessions ?? others)];

const client = makeFakeClient({
  'app.get': () => ok({ version: '0.1.0', host: 'web', simulated: true, health, setup: state.setup ?? sampleSetup }),
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
  'unity.choose_instance': () => failed('not_found', 'This Unity Editor is not open any more. Look at the list again.'),
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
/** For tests: what the bridge would push into the window. */
declare global {
  interface Window {
    galleryPush?: typeof client.push;
  }
}
window.galleryPush = (name, payload) => client.push(name, payload);
const theme = query.get('theme');
const parts = compose({
  client,
  storage: { getItem: () => null, setItem: () => undefined },
  imageDrafts: noDrafts.imageDrafts,
  windowDefaults: {
    theme: theme === 'dark' || theme === 'light' ? theme : 'system',
    sidebarOpen: window.innerWidth >= 1_200,
    ...state.window,
  },
});
createRoot(host).render(<App parts={parts} />);
// A state whose session never opens is looked at, too.
await Promise.race([start(parts), new Promise((resolve) => setTimeout(resolve, 2_000))]);
// After the first effects: a narrow window starts with the panel closed.
await new Promise((resolve) => setTimeout(resolve, 100));
if (query.has('panel')) parts.window.store.setState({ panelOpen: true });
if (state.undo !== undefined) await parts.changes.undo(state.window?.changeId ?? '');
if (state.search !== undefined) parts.history.filter(state.search);
if (state.team !== undefined) {
  parts.team.show('');
  parts.team.filter(state.team.filter ?? {});
  if (state.team.open !== undefined) parts.team.open(...state.team.open);
}
if (query.has('palette')) parts.window.store.setState({ paletteOpen: true });
if (state.laterHealth !== undefined) client.push('health.changed', { health: state.laterHealth });
if (state.offer !== undefined) parts.attention.store.setState({ offer: state.offer });
if (state.offline === true) client.setConnection('closed');
const { sessionId } = snapshot.session;
if (state.voice !== undefined) parts.voice.store.setState({ sessionId, ...state.voice });
if (state.draft !== undefined) {
  parts.chat.drafts.setText(sessionId, state.draft.text);
  const drawn = Array.from({ length: state.draft.images }, (_, index) => drawFrame(`0${index + 1}`));
  await parts.chat.drafts.addFiles(
    sessionId,
    (await Promise.all(drawn)).map((bytes) => new Blob([bytes])),
  );
}
if (state.type !== undefined) {
  const field = document.querySelector<HTMLTextAreaElement>('[data-testid="composer"]');
  field?.focus();
  document.execCommand('insertText', false, state.type);
  await shown('the list of assets', () => document.querySelector('[role="listbox"]'));
}
if (state.asset?.word !== undefined) parts.assets.search(sessionId, state.asset.word);
else if (state.asset !== undefined) {
  await parts.assets.open(sessionId, state.asset.open?.asset.path ?? 'Assets/Scenes/Main.unity');
}
if (state.chosenLines !== undefined) {
  await shown('lines of the console', () => document.querySelector('[data-testid="console-list"]'));
  parts.console.select(state.chosenLines);
}
if (state.press !== undefined) {
  for (const press of [state.press].flat()) {
    const button = await shown(press, () => buttonNamed(press));
    button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
    button.click();
  }
}
document.documentElement.dataset['ready'] = 'true';

/** The first button of that name, or whose name begins so. */
function buttonNamed(wanted: string): HTMLElement | undefined {
  const nameOf = (button: HTMLElement): string => button.getAttribute('aria-label') ?? button.innerText;
  const buttons = [...document.querySelectorAll<HTMLElement>('button, [role="menuitem"]')];
  return (
    buttons.find((button) => nameOf(button) === wanted) ?? buttons.find((button) => nameOf(button).startsWith(wanted))
  );
}

/** Parts of the window come a moment later. A state that never comes is an error: nobody looks at half of it. */
async function shown<T>(what: string, find: () => T | null | undefined): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = find();
    if (found !== null && found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The gallery's state does not show ${what}.`);
}
