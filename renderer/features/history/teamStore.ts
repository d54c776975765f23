import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  teamKinds,
  type ApiClient,
  type RouteInput,
  type TeamChangeText,
  type TeamCursor,
  type TeamKind,
  type TeamPage,
  type TeamResult,
  type TeamSessionView,
  type TeamSource,
} from '../../../shared/contracts/api/index.ts';
import { rangeFrom, timesOf, type Range } from '../../lib/dateRange.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { notKept, someOf, textOr, type Kept } from '../../lib/kept.ts';

export type TeamScope = 'computer' | 'team';

/** What is looked for in everybody's sessions; null is any. */
export interface TeamFilter {
  readonly words: string;
  /** Empty: all. */
  readonly kinds: ReadonlySet<TeamKind>;
  readonly projectName: string | null;
  readonly userId: string | null;
  readonly functionName: string | null;
  readonly errorCode: string | null;
  readonly range: Range;
}

export interface TeamChoiceLists {
  readonly projects: readonly string[];
  readonly people: readonly string[];
  readonly functions: readonly string[];
  readonly errorCodes: readonly string[];
}

/** Somebody's session that is looked at; `ref` is the call, change or build that led to it. */
export interface OpenedTeamSession {
  readonly sessionId: string;
  readonly ref: string | null;
  /** Null while it is read. */
  readonly view: TeamSessionView | { readonly kind: 'failed'; readonly why: string } | null;
  /** Texts of its changes, by id; null while one is read. */
  readonly texts: ReadonlyMap<string, TeamChangeText | { readonly kind: 'failed'; readonly why: string } | null>;
}

export interface TeamState extends TeamFilter {
  readonly scope: TeamScope;
  /** `off`: no database is set up. `away`: it does not answer, and `why` says how. */
  readonly status: 'searching' | 'ready' | 'off' | 'away' | 'failed';
  /** Of the search before the one that runs, so that nothing flickers. */
  readonly results: readonly TeamResult[];
  readonly next: TeamCursor | null;
  /** Why the newest page ended. */
  readonly stopped: Extract<TeamPage, { kind: 'page' }>['stopped'];
  /** Of all pages so far. */
  readonly looked: { readonly sessions: number; readonly backTo: string | null };
  readonly source: TeamSource | null;
  readonly loadingMore: boolean;
  readonly why: string;
  readonly choices: TeamChoiceLists | null;
  readonly opened: OpenedTeamSession | null;
}

export const TeamContext = makeFeatureContext<TeamState, TeamHandle>('the team’s history');

export interface TeamHandle {
  readonly store: StoreApi<TeamState>;
  /** Where the list of results was left; gone with the next search. */
  readonly place: {
    readonly scrollTop: () => number;
    readonly scrolledTo: (scrollTop: number) => void;
    /** The session, and the call, change or build in it, that was opened from the list; once. */
    readonly takeOpened: () => TeamPlace['opened'];
  };
  /** Everybody's sessions are searched, for these words. */
  readonly show: (words: string) => void;
  /** Back to this computer's. */
  readonly hide: () => void;
  /** Changes what is looked for and looks for it, a moment later. */
  readonly filter: (change: Partial<TeamFilter>) => void;
  /** Looks further back, when there is more and nothing is on its way. */
  readonly more: () => void;
  readonly again: () => void;
  readonly open: (sessionId: string, ref: string | null) => void;
  readonly closeSession: () => void;
  /** Reads the text of a change of the opened session, once. */
  readonly readChange: (changeId: string) => void;
  readonly close: () => void;
}

interface TeamPlace {
  scrollTop: number;
  opened: Pick<OpenedTeamSession, 'sessionId' | 'ref'> | null;
}

export const emptyTeamFilter: TeamFilter = {
  words: '',
  kinds: new Set(),
  projectName: null,
  userId: null,
  functionName: null,
  errorCode: null,
  range: { kind: 'any' },
};

/** A pause in typing: each search costs the database something. */
const pauseMs = 300;

export function makeTeam({
  client,
  now = () => new Date(),
  kept = notKept,
}: {
  readonly client: ApiClient;
  readonly now?: () => Date;
  /** What is looked for outlives a reload. */
  readonly kept?: Kept;
}): TeamHandle {
  const place: TeamPlace = { scrollTop: 0, opened: null };
  const store = createStore<TeamState>(() => ({
    ...restore(kept.load()),
    status: 'searching',
    results: [],
    next: null,
    stopped: 'end',
    looked: { sessions: 0, backTo: null },
    source: null,
    loadingMore: false,
    why: '',
    choices: null,
    opened: null,
  }));
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const queryOf = (after: TeamCursor | null): RouteInput<'team.search'> => {
    const { words, kinds, projectName, userId, functionName, errorCode, range } = store.getState();
    return {
      words,
      after,
      ...(kinds.size === 0 ? {} : { kinds: [...kinds] }),
      ...(projectName === null ? {} : { projectName }),
      ...(userId === null ? {} : { userId }),
      ...(functionName === null ? {} : { functionName }),
      ...(errorCode === null ? {} : { errorCode }),
      ...timesOf(range, now()),
    };
  };

  async function search(after: TeamCursor | null): Promise<void> {
    const mine = ++generation;
    const result = await client.request('team.search', queryOf(after));
    // Something else is looked for meanwhile.
    if (mine !== generation) return;
    if (!result.ok) return put({ status: 'failed', why: result.error.message }, after);
    const { output } = result;
    if (output.kind !== 'page')
      return put({ status: output.kind, why: output.kind === 'away' ? output.why : '' }, after);
    const before = after === null ? null : store.getState();
    put(
      {
        status: 'ready',
        why: '',
        results: [...(before?.results ?? []), ...output.results],
        next: output.next,
        stopped: output.stopped,
        looked: {
          sessions: (before?.looked.sessions ?? 0) + output.looked.sessions,
          backTo: output.looked.backTo ?? before?.looked.backTo ?? null,
        },
        source: output.source,
      },
      after,
    );
    if (store.getState().choices === null) void readChoices();
  }

  /** What was found before stays when only looking further back failed. */
  function put(change: Partial<TeamState>, after: TeamCursor | null): void {
    const isLost = change.status !== 'ready' && after === null;
    store.setState({ ...change, loadingMore: false, ...(isLost ? { results: [], next: null } : {}) });
  }

  async function readChoices(): Promise<void> {
    const result = await client.request('team.list_choices', {});
    if (result.ok && result.output.kind === 'choices') store.setState({ choices: result.output });
  }

  function start(ms: number): void {
    clearTimeout(timer);
    generation += 1;
    Object.assign(place, { scrollTop: 0, opened: null });
    store.setState({ status: 'searching', loadingMore: false });
    timer = setTimeout(() => void search(null), ms);
  }

  async function open(sessionId: string, ref: string | null): Promise<void> {
    const opened: OpenedTeamSession = { sessionId, ref, view: null, texts: new Map() };
    place.opened = { sessionId, ref };
    store.setState({ opened });
    const result = await client.request('team.open', { sessionId });
    if (store.getState().opened !== opened) return;
    const view = result.ok ? result.output : { kind: 'failed' as const, why: result.error.message };
    store.setState({ opened: { ...opened, view } });
  }

  async function readChange(changeId: string): Promise<void> {
    const { opened } = store.getState();
    if (opened === null) return;
    const known = opened.texts.get(changeId);
    if (known === null || known?.kind === 'text' || known?.kind === 'unknown') return;
    const putText = (text: OpenedTeamSession['texts'] extends ReadonlyMap<string, infer T> ? T : never): void =>
      store.setState(({ opened: current }) =>
        current?.sessionId === opened.sessionId
          ? { opened: { ...current, texts: new Map(current.texts).set(changeId, text) } }
          : {},
      );
    putText(null);
    const result = await client.request('team.read_change', { sessionId: opened.sessionId, changeId });
    putText(result.ok ? result.output : { kind: 'failed', why: result.error.message });
  }

  const stops = [
    client.connection.subscribe((connection) => {
      if (connection === 'open' && store.getState().scope === 'team' && store.getState().opened === null) start(0);
    }),
    store.subscribe(({ scope, words, kinds, projectName, userId, functionName, errorCode, range }) =>
      kept.save({ scope, words, kinds: [...kinds], projectName, userId, functionName, errorCode, range }),
    ),
  ];
  if (client.connection.get() === 'open' && store.getState().scope === 'team') start(0);
  return {
    store,
    place: {
      scrollTop: () => place.scrollTop,
      scrolledTo(scrollTop) {
        place.scrollTop = scrollTop;
      },
      takeOpened() {
        const { opened } = place;
        place.opened = null;
        return opened;
      },
    },
    show(words) {
      store.setState({ scope: 'team', words });
      start(0);
    },
    hide() {
      clearTimeout(timer);
      generation += 1;
      store.setState({ scope: 'computer', opened: null });
    },
    filter(change) {
      store.setState(change);
      start(pauseMs);
    },
    more() {
      const { status, next, loadingMore } = store.getState();
      if (next === null || loadingMore || status === 'searching') return;
      store.setState({ loadingMore: true });
      void search(next);
    },
    again: () => start(0),
    open: (sessionId, ref) => void open(sessionId, ref),
    closeSession: () => store.setState({ opened: null }),
    readChange: (changeId) => void readChange(changeId),
    close() {
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}

const restore = (fields: ReturnType<Kept['load']>): TeamFilter & Pick<TeamState, 'scope'> => ({
  scope: fields['scope'] === 'team' ? 'team' : 'computer',
  words: textOr(fields['words'], ''),
  kinds: someOf(teamKinds, fields['kinds']),
  projectName: textOr(fields['projectName'], null),
  userId: textOr(fields['userId'], null),
  functionName: textOr(fields['functionName'], null),
  errorCode: textOr(fields['errorCode'], null),
  range: rangeFrom(fields['range']),
});
