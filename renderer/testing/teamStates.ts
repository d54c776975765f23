import type {
  TeamCall,
  TeamChange,
  TeamHit,
  TeamPage,
  TeamResult,
  TeamSession,
  TeamSessionView,
} from '../../shared/contracts/api/index.ts';
import { failed, ok } from './fakeClient.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleSnapshot } from './samples.ts';
import { playerController, playerControllerJump } from './scripts.ts';

/** The team's history: found, none, too long, reading, away, failed; somebody's session opened. */
const snapshot = sampleSnapshot();
const window = { view: 'history' as const };
const at = (hours: number): string => new Date(Date.UTC(2026, 10, 22, 16) - hours * 3_600_000).toISOString();
const source = { server: 'replica' as const, lagMs: 180 };

const session = (n: number, more: Partial<TeamSession> = {}): TeamSession => ({
  sessionId: idOf(7_000 + n),
  title: 'Drawbridge opens for the cart',
  projectName: 'Harbour',
  unityVersion: '6000.3.2f1',
  userId: 'mira',
  model: 'gpt-realtime-2.1',
  simulated: false,
  status: 'active',
  startedAt: at(n * 7),
  endedAt: null,
  ...more,
});
const hit = (n: number, kind: TeamHit['kind'], ...texts: readonly string[]): TeamHit => ({
  kind,
  ref: idOf(7_100 + n),
  at: at(n),
  excerpt: texts.map((text, index) => ({ text, hit: index % 2 === 1 })),
});
const result = (of: TeamSession, hits: readonly TeamHit[], more: Partial<TeamResult> = {}): TeamResult => ({
  session: of,
  isHere: false,
  hits: [...hits],
  more: 0,
  ...more,
});
const page = (results: readonly TeamResult[], more: Partial<Extract<TeamPage, { kind: 'page' }>> = {}): TeamPage => ({
  kind: 'page',
  results: [...results],
  next: { startedAt: '2026-10-03T08:00:00.000000Z', sessionId: idOf(7_000) },
  looked: { sessions: 1_240, backTo: '2026-10-03T08:00:00.000Z' },
  stopped: 'full',
  source,
  ...more,
});
const deep =
  'Assets/Scripts/Gameplay/Characters/Player/Movement/Controllers/States/FirstPersonCharacterMovementControllerGroundedState.cs';
const full = page([
  result(
    session(0),
    [
      hit(1, 'change', 'Assets/Scripts/', 'Draw', 'bridgeWinch.cs · Let it open when the cart comes near'),
      hit(2, 'error', 'generateUnityScript · compile_failed · CS0246 The type ‘', 'Draw', 'Chain’ was not found'),
    ],
    { more: 4 },
  ),
  result(session(1, { title: 'Sounds of the drawbridge', userId: 'jonas', status: 'ended', simulated: true }), []),
  result(
    session(2, { title: 'What I did on Monday', userId: null }),
    [hit(3, 'call', 'applyUnityPatch · ', 'Draw', 'bridge.cs')],
    {
      isHere: true,
    },
  ),
  result(session(3, { title: '', projectName: null, userId: 'ada' }), [
    hit(4, 'build', 'webgl · failed · ', 'Draw', ' call limit'),
  ]),
]);
const long = page(
  Array.from({ length: 25 }, (_, n) =>
    result(
      session(n, {
        title: `${'A very long title of a session that never ends '.repeat(3)}${n}`,
        projectName: 'TheProjectWithTheLongestNameOfAllTheProjectsInTheStudio',
        userId: 'somebody.with.a.very.long.name@studio-with-a-long-name.example',
      }),
      [hit(n, 'error', `… ${deep} `, 'Player', ` ${'NullReferenceException '.repeat(8)}…`)],
    ),
  ),
  { stopped: 'sessions', looked: { sessions: 5_000, backTo: '2026-10-03T08:00:00.000Z' } },
);

const call = (n: number, more: Partial<TeamCall> = {}): TeamCall => ({
  callId: `c${n}`,
  name: 'generateUnityScript',
  effect: 'write',
  state: 'succeeded',
  arguments: '{"name":"PlayerController","prompt":"Create a player controller"}',
  summary: 'created Assets/Scripts/PlayerController.cs · 47 lines',
  errorCode: null,
  errorMessage: null,
  durationMs: 4_420,
  at: at(30 - n),
  ...more,
});
const change = (n: number, more: Partial<TeamChange> = {}): TeamChange => ({
  changeId: idOf(7_200 + n),
  callId: `c${n}`,
  kind: 'generated',
  path: 'Assets/Scripts/PlayerController.cs',
  lines: 47,
  compileStatus: 'ok',
  prompt: 'Create a player controller',
  sha256: 'a'.repeat(64),
  hasText: true,
  at: at(30 - n),
  ...more,
});
const opened: TeamSessionView = {
  kind: 'session',
  session: session(0),
  isHere: false,
  calls: [
    call(1),
    call(2, {
      state: 'failed',
      summary: null,
      errorCode: 'compile_failed',
      errorMessage: 'CS0246 The type ‘DrawChain’ was not found',
    }),
    call(3, { name: 'renderUnityPreview', effect: 'read', summary: 'rendered the game view', durationMs: 310 }),
  ],
  changes: [change(1), change(2, { kind: 'patched', compileStatus: 'errors', lines: 64 })],
  builds: [
    {
      buildId: idOf(7_300),
      target: 'webgl',
      state: 'completed',
      elapsedMs: 201_000,
      sizeBytes: 48_600_000,
      reason: null,
      at: at(20),
    },
  ],
  left: { calls: 12, changes: 0, builds: 0 },
  frames: 9,
  costMicroUsd: 41_200,
  source,
};
const never = () => new Promise<never>(() => undefined);
const found = { 'team.search': () => ok(full) };
const away = 'The PostgreSQL primary is not available: connect ECONNREFUSED 10.0.0.27:5432.';

export const sampleTeamChoices = {
  kind: 'choices' as const,
  projects: ['Harbour', 'SparkSample'],
  people: ['ada', 'jonas', 'mira'],
  functions: ['applyUnityPatch', 'generateUnityScript'],
  errorCodes: ['compile_failed', 'unity_busy'],
};

export const teamStates: Readonly<Record<string, GalleryState>> = {
  team: { snapshot, window, team: { filter: { words: 'draw' } }, routes: found },
  teamLong: {
    snapshot,
    window,
    team: { filter: { words: 'player', range: { kind: 'between', first: '2026-10-01', last: '' }, userId: 'mira' } },
    routes: { 'team.search': () => ok(long) },
  },
  teamNone: {
    snapshot,
    window,
    team: { filter: { words: 'submarine', kinds: new Set(['error'] as const) } },
    routes: { 'team.search': () => ok(page([], { next: null, stopped: 'end' })) },
  },
  teamEmpty: {
    snapshot,
    window,
    team: {},
    routes: {
      'team.search': () => ok(page([], { next: null, stopped: 'end', looked: { sessions: 0, backTo: null } })),
    },
  },
  teamSearching: { snapshot, window, team: { filter: { words: 'draw' } }, routes: { 'team.search': never } },
  teamAway: {
    snapshot,
    window,
    team: { filter: { words: 'draw' } },
    routes: { 'team.search': () => ok({ kind: 'away', why: away }) },
  },
  teamFailed: {
    snapshot,
    window,
    team: { filter: { words: 'draw' } },
    routes: { 'team.search': () => failed('connection_closed', 'SPARK does not answer. Nothing was lost.') },
  },
  teamOffline: { snapshot, window, team: { filter: { words: 'draw' } }, routes: found, offline: true },
  teamSession: {
    snapshot,
    window,
    team: { open: [session(0).sessionId, change(2).changeId] },
    routes: {
      ...found,
      'team.open': () => ok(opened),
      'team.read_change': () =>
        ok({
          kind: 'text',
          path: 'Assets/Scripts/PlayerController.cs',
          before: playerController,
          after: playerControllerJump,
        }),
    },
  },
  teamSessionEmpty: {
    snapshot,
    window,
    team: { open: [session(0).sessionId, null] },
    routes: {
      ...found,
      'team.open': () =>
        ok({
          ...opened,
          session: session(0, { title: '', userId: null, projectName: null, unityVersion: null, model: null }),
          calls: [],
          changes: [],
          builds: [],
          left: { calls: 0, changes: 0, builds: 0 },
          frames: 0,
          costMicroUsd: 0,
        }),
    },
  },
  teamSessionReading: {
    snapshot,
    window,
    team: { open: [session(0).sessionId, null] },
    routes: { ...found, 'team.open': never },
  },
  teamSessionAway: {
    snapshot,
    window,
    team: { open: [session(0).sessionId, null] },
    routes: { ...found, 'team.open': () => ok({ kind: 'away', why: away }) },
  },
};
