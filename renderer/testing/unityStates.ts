import type { CallView, DependencyHealth, HealthView } from '../../shared/contracts/api/index.ts';
import type { GalleryState } from './galleryState.ts';
import { sampleCall, sampleHealth, sampleMessage, sampleSession, sampleSnapshot } from './samples.ts';

/** What the window shows of each state of the Unity Editor; the words are those of the bridge. */
const healthWith = (unity: Partial<DependencyHealth>): HealthView =>
  sampleHealth({
    dependencies: sampleHealth().dependencies.map((dependency) =>
      dependency.id === 'unity' ? { ...dependency, ...unity } : dependency,
    ),
  });
const shown = (unity: Partial<DependencyHealth>): GalleryState => ({
  snapshot: sampleSnapshot(),
  health: healthWith(unity),
  window: { view: 'health', healthFocus: 'unity' },
});
const busy = (word: string, detail: string): GalleryState =>
  shown({ status: 'ok', label: `SparkSample · ${word}`, detail });

const waiting = (position: number, summary: string, more: Partial<CallView> = {}): CallView =>
  sampleCall(position, { summary, createdAt: new Date(Date.now() - 42_000).toISOString(), ...more });
const open = (names: readonly string[]) =>
  names.map((projectName, index) => ({
    instanceId: `${projectName}@${String(index).repeat(8)}`,
    projectName,
    unityVersion: '6000.0.32f1',
    chosen: false,
  }));
const several = (names: readonly string[]): GalleryState => ({
  snapshot: sampleSnapshot({ session: sampleSession({ title: 'New session', projectName: null }) }),
  health: healthWith({
    status: 'degraded',
    label: 'several editors',
    detail: `Several Unity Editors are open. Choose the one to work in. Open: ${names.join(', ')}.`,
    choose: true,
  }),
  editors: open(names),
});

export const unityStates: Readonly<Record<string, GalleryState>> = {
  unityServerAway: shown({
    status: 'down',
    label: 'SparkSample · server away',
    detail: 'The Unity MCP server does not answer. Start it from the MCP for Unity window, and check UNITY_MCP_URL.',
  }),
  unityNoEditor: shown({
    status: 'down',
    label: 'SparkSample · no editor',
    detail: 'No Unity Editor is connected. Open the project in Unity and start the session in its MCP window.',
  }),
  unityCompiling: busy('compiling', 'Unity is compiling scripts; calls wait for it.'),
  unityReloading: busy('reloading', 'Unity is reloading its scripts and comes back by itself; calls wait for it.'),
  unityImporting: busy('importing', 'Unity is importing assets; nothing needs to be done.'),
  unityPlaying: busy(
    'playing',
    'Unity is in play mode. Changes wait until you leave it: they would reload the scripts and end the game.',
  ),
  unityTesting: busy(
    'testing',
    'Unity is running tests. Changes wait until they have ended; nothing needs to be done.',
  ),
  unityBuilding: busy('building', 'Unity is building the player and answers nothing until it is done; writes wait.'),
  unityNotAnswering: shown({
    status: 'degraded',
    label: 'SparkSample · not answering',
    detail:
      'The Unity Editor is connected but does not answer. Look for an open dialog in it; writes wait until it answers.',
  }),
  editorChoice: several(['Forest', 'Harbour']),
  editorChoiceMany: several([
    'Forest',
    'Harbour',
    'A project with a very long name that somebody gave it once and never changed',
    'Prototype-2026',
    'Tools',
    'VerticalSlice',
  ]),
  editorChoiceClosed: {
    ...several(['Forest']),
    snapshot: sampleSnapshot({ session: sampleSession({ projectName: 'Harbour' }) }),
    health: healthWith({
      status: 'down',
      label: 'Harbour · no editor',
      detail:
        'The editor of Harbour is closed. This session works in Harbour: open it in Unity, or choose another editor for the session. Open: Forest.',
      choose: true,
    }),
  },
  queue: {
    snapshot: sampleSnapshot({
      session: sampleSession({ busy: true }),
      messages: [sampleMessage(0, { role: 'user', text: 'Add a door, a lamp and a gate' })],
      calls: [
        waiting(1, 'waits for Unity: it does not answer, look for an open dialog'),
        waiting(2, 'behind 1 call', { createdAt: new Date(Date.now() - 4_000).toISOString() }),
        waiting(3, 'waits for calls in another project', { name: 'applyUnityPatch' }),
        waiting(4, 'waits for Unity: reloading', { name: 'readUnityConsole', effect: 'read' }),
      ],
    }),
    health: healthWith({
      status: 'degraded',
      label: 'SparkSample · not answering',
      detail:
        'The Unity Editor is connected but does not answer. Look for an open dialog in it; writes wait until it answers.',
    }),
  },
};
