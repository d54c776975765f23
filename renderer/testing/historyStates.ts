import type { HistoryHit, SessionView } from '../../shared/contracts/api/index.ts';
import { failed, ok } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleSession, sampleSnapshot, sessionId } from './samples.ts';

/** The history: hits of every kind, far too long ones, none, one that failed; sessions, and one that is deleted. */
const snapshot = sampleSnapshot();
const window = { view: 'history' as const };
const at = '2026-11-22T16:40:00.000Z';
const hit = (n: number, more: Partial<HistoryHit>, ...texts: readonly string[]): HistoryHit => ({
  hitId: String(n),
  kind: 'message',
  sessionId,
  title: 'Player controller',
  projectName: 'SparkSample',
  at,
  who: null,
  excerpt: texts.map((text, index) => ({ text, hit: index % 2 === 1 })),
  place: { kind: 'message', messageId: `m${n}` },
  ...more,
});
const call = { kind: 'call', callId: 'c1' } as const;
const deep =
  'Assets/Scripts/Gameplay/Characters/Player/Movement/Controllers/States/FirstPersonCharacterMovementControllerGroundedState.cs';

const hits: readonly HistoryHit[] = [
  hit(1, { kind: 'session', place: { kind: 'session' } }, '', 'Player', ' controller'),
  hit(2, { who: 'user' }, 'Create a ', 'player', ' controller with a double jump, and let the camera follow it'),
  hit(3, { who: 'assistant' }, '… I add a CharacterController to the ', 'Player', ' and read the input in Update …'),
  hit(
    4,
    { kind: 'change', place: { kind: 'change', changeId: idOf(2), callId: 'c1' } },
    'Assets/Scripts/',
    'Player',
    'Controller.cs',
  ),
  hit(
    5,
    { kind: 'call', place: call },
    'generateUnityScript · created Assets/Scripts/',
    'Player',
    'Controller.cs · 64 lines',
  ),
  hit(
    6,
    { kind: 'error', place: call },
    'CS0246 The type or namespace name ‘',
    'Player',
    'Input’ could not be found Assets/Scripts/PlayerController.cs:12',
  ),
  hit(
    7,
    { kind: 'asset', place: call, title: 'Enemy patrols the bridge' },
    'Assets/Prefabs/',
    'Player',
    '.prefab · 0f3c8a…',
  ),
];
const long = Array.from({ length: 40 }, (_, n) =>
  hit(
    n,
    {
      kind: n % 2 === 0 ? 'error' : 'message',
      title: `${'A very long title of a session that never ends '.repeat(3)}${n}`,
      projectName: 'TheProjectWithTheLongestNameOfAllTheProjectsInTheStudio',
    },
    `… ${deep} `,
    'Player',
    ` ${'NullReferenceException '.repeat(8)}…`,
  ),
);
const many: readonly SessionView[] = Array.from({ length: 1_000 }, (_, n) =>
  sampleSession({
    sessionId: idOf(5_000 + n),
    title:
      n === 2 ? 'A title that goes on and on, as the first words of a long request do, and is cut' : `Session ${n}`,
    projectName: n % 3 === 0 ? null : n % 3 === 1 ? 'SparkSample' : 'Harbour',
    updatedAt: new Date(Date.UTC(2026, 10, 23, 9) - n * 5_400_000).toISOString(),
    busy: n === 1,
  }),
);
const deletion = {
  title: 'Player controller',
  messages: 24,
  calls: 9,
  changes: 6,
  frames: 12,
  waitingEvents: 0,
  forks: [],
  refused: null,
};

export const historyStates: Readonly<Record<string, GalleryState>> = {
  history: {
    snapshot,
    window,
    search: { words: 'player' },
    history: () => ok({ hits: [...hits], total: hits.length, reading: null }),
  },
  historyLong: {
    snapshot,
    window,
    search: { words: 'player', range: { kind: 'between', first: '2026-11-01', last: '' } },
    sessions: many,
    history: () => ok({ hits: long, total: 1_001, reading: null }),
  },
  historyNone: { snapshot, window, search: { words: 'submarine', kinds: new Set(['error']) } },
  historySearching: { snapshot, window, search: { words: 'player' }, history: () => new Promise(() => undefined) },
  historyFailed: {
    snapshot,
    window,
    search: { words: 'player' },
    history: () => failed('connection_closed', 'SPARK does not answer. Nothing was lost; try again when it is back.'),
  },
  historyReading: {
    snapshot,
    window,
    search: { words: 'player' },
    history: () => ok({ hits: hits.slice(0, 3), total: 3, reading: 42 }),
  },
  historyReadingNone: {
    snapshot,
    window,
    search: { words: 'submarine' },
    history: () => ok({ hits: [], total: 0, reading: 7 }),
  },
  historyArchived: {
    snapshot: { ...snapshot, session: sampleSession({ status: 'ended' }) },
    window,
    sessions: many.slice(0, 9).map((session, n) => (n % 3 === 0 ? { ...session, status: 'ended' as const } : session)),
    press: 'Archived',
  },
  sessionArchived: { snapshot: { ...snapshot, session: sampleSession({ status: 'ended' }) } },
  historySessions: { snapshot, window, sessions: many },
  historyOffline: { snapshot, window, offline: true },
  sessionMenu: { snapshot, press: 'More for Player controller' },
  sessionDelete: {
    snapshot,
    deletion: {
      ...deletion,
      waitingEvents: 3,
      forks: [
        { sessionId: idOf(8_001), title: 'Player controller (fork)' },
        { sessionId: idOf(8_002), title: 'Player controller (fork 2)' },
      ],
    },
    press: ['More for Player controller', 'Delete…'],
  },
  sessionDeleteRefused: {
    snapshot,
    deletion: {
      ...deletion,
      refused:
        '“Player controller” cannot be deleted now: a build of it is running. Wait for its end or cancel it. Nothing was deleted.',
    },
    press: ['More for Player controller', 'Delete…'],
  },
};
