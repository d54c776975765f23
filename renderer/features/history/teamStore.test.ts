import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RouteInput, TeamCursor, TeamPage, TeamResult } from '../../../shared/contracts/api/index.ts';
import { failed, makeFakeClient, ok, type FakeClient, type FakeRoutes } from '../../testing/fakeClient.ts';
import { idOf } from '../../testing/samples.ts';
import { makeTeam, type TeamHandle } from './teamStore.ts';

const at = '2026-11-20T09:00:00.000Z';
const result = (n: number): TeamResult => ({
  session: {
    sessionId: idOf(n),
    title: `Session ${n}`,
    projectName: null,
    unityVersion: null,
    userId: 'mira',
    model: null,
    simulated: false,
    status: 'active',
    startedAt: at,
    endedAt: null,
  },
  isHere: false,
  hits: [],
  more: 0,
});
const cursor: TeamCursor = { startedAt: '2026-11-20T09:00:00.000000Z', sessionId: idOf(2) };
const page = (results: TeamResult[], next: TeamCursor | null = null): TeamPage => ({
  kind: 'page',
  results,
  next,
  looked: { sessions: 10, backTo: at },
  stopped: next === null ? 'end' : 'full',
  source: { server: 'replica', lagMs: 12 },
});

let client: FakeClient;
let team: TeamHandle;
let routes: FakeRoutes;
beforeEach(() => {
  vi.useFakeTimers();
  routes = {
    'team.search': () => ok(page([result(1), result(2)], cursor)),
    'team.list_choices': () =>
      ok({ kind: 'choices', projects: ['P'], people: ['mira'], functions: [], errorCodes: [] }),
  };
  // Looked up at each question: a test may put another answer in.
  client = makeFakeClient(routes);
  team = makeTeam({ client, now: () => new Date(2026, 10, 23, 15) });
});
afterEach(() => {
  team.close();
  vi.useRealTimers();
});
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(400);
const asked = (): RouteInput<'team.search'>[] =>
  client.requests.filter(({ route }) => route === 'team.search').map(({ input }) => input as RouteInput<'team.search'>);
const ids = (): string[] => team.store.getState().results.map(({ session }) => session.sessionId);

describe('the team’s history', () => {
  it('asks nothing before it is chosen, then for the words with all filters, once after a pause', async () => {
    client.setConnection('open');
    await settle();
    expect(client.requests).toEqual([]);
    team.show('bridge');
    team.filter({ userId: 'mira', functionName: 'f' });
    team.filter({ kinds: new Set(['error']), errorCode: 'unity_busy', projectName: 'P', range: { kind: 'today' } });
    await settle();
    expect(asked()).toEqual([
      {
        words: 'bridge',
        after: null,
        kinds: ['error'],
        projectName: 'P',
        userId: 'mira',
        functionName: 'f',
        errorCode: 'unity_busy',
        from: new Date(2026, 10, 23).toISOString(),
      },
    ]);
    expect(team.store.getState()).toMatchObject({
      status: 'ready',
      source: { server: 'replica' },
      choices: { people: ['mira'] },
    });
  });

  it('looks further back from where the page ended, once at a time, and adds up how far it came', async () => {
    team.show('');
    await settle();
    routes['team.search'] = () => ok(page([result(3)]));
    team.more();
    team.more();
    await settle();
    expect(asked().map(({ after }) => after)).toEqual([null, cursor]);
    expect(ids()).toEqual([1, 2, 3].map(idOf));
    expect(team.store.getState()).toMatchObject({ next: null, stopped: 'end', looked: { sessions: 20 } });
    team.more();
    await settle();
    expect(asked()).toHaveLength(2);
  });

  it('shows the answer of what is asked now, not one that comes late', async () => {
    let late: ((value: ReturnType<typeof ok<TeamPage>>) => void) | undefined;
    routes['team.search'] = ({ words }) =>
      words === 'slow'
        ? new Promise((resolve) => {
            late = resolve;
          })
        : ok(page([result(7)]));
    team.show('slow');
    await settle();
    team.filter({ words: 'fast' });
    await settle();
    late?.(ok(page([result(1)])));
    await settle();
    expect(ids()).toEqual([idOf(7)]);
  });

  it('says why the database does not answer, keeps what was found when looking further back fails, and asks again', async () => {
    team.show('');
    await settle();
    routes['team.search'] = () => ok({ kind: 'away', why: 'nobody home' });
    team.more();
    await settle();
    expect(team.store.getState()).toMatchObject({ status: 'away', why: 'nobody home', loadingMore: false });
    expect(ids()).toHaveLength(2);
    team.again();
    await settle();
    expect(ids()).toEqual([]);
    routes['team.search'] = () => failed('connection_closed', 'cut');
    team.again();
    await settle();
    expect(team.store.getState()).toMatchObject({ status: 'failed', why: 'cut' });
    routes['team.search'] = () => ok(page([result(1)]));
    client.setConnection('open');
    await settle();
    expect(team.store.getState()).toMatchObject({ status: 'ready', why: '' });
  });

  it('is left for this computer: an answer under way is nobody’s, and nothing more is asked', async () => {
    team.show('x1');
    team.hide();
    await settle();
    client.setConnection('open');
    await settle();
    expect(asked()).toEqual([]);
    expect(team.store.getState().scope).toBe('computer');
  });
});

describe('a session of the team', () => {
  const view = { kind: 'unknown' } as const;

  it('is opened at what led to it, and an answer for another one is not shown', async () => {
    let first: ((value: ReturnType<typeof ok<typeof view>>) => void) | undefined;
    routes['team.open'] = ({ sessionId }) =>
      sessionId === idOf(1)
        ? new Promise((resolve) => {
            first = resolve;
          })
        : failed('connection_closed', 'cut');
    team.open(idOf(1), 'c1');
    expect(team.store.getState().opened).toMatchObject({ sessionId: idOf(1), ref: 'c1', view: null });
    team.open(idOf(2), null);
    await settle();
    first?.(ok(view));
    await settle();
    expect(team.store.getState().opened).toMatchObject({ sessionId: idOf(2), view: { kind: 'failed', why: 'cut' } });
    team.closeSession();
    expect(team.store.getState().opened).toBeNull();
  });

  it('reads the text of a change once, and again only when it failed', async () => {
    routes['team.open'] = () => ok(view);
    routes['team.read_change'] = () => ok({ kind: 'away', why: 'gone' });
    team.open(idOf(1), null);
    await settle();
    team.readChange('a');
    team.readChange('a');
    await settle();
    const texts = () => team.store.getState().opened?.texts.get('a');
    expect(texts()).toEqual({ kind: 'away', why: 'gone' });
    routes['team.read_change'] = () => ok({ kind: 'text', path: 'Assets/A.cs', before: null, after: 'class A {}' });
    team.readChange('a');
    await settle();
    team.readChange('a');
    await settle();
    expect(texts()).toMatchObject({ kind: 'text', after: 'class A {}' });
    expect(client.requests.filter(({ route }) => route === 'team.read_change')).toHaveLength(2);
  });
});
