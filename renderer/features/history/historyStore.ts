import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  historyKinds,
  type ApiClient,
  type ErrorInfo,
  type HistoryHit,
  type HistoryKind,
  type RouteInput,
  type RouteOutput,
} from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { rangeFrom, timesOf, type Range } from '../../lib/dateRange.ts';
import { notKept, someOf, textOr, type Kept } from '../../lib/kept.ts';

/** What is looked for. */
export interface HistoryFilter {
  readonly words: string;
  /** Empty: all. */
  readonly kinds: ReadonlySet<HistoryKind>;
  readonly projectName: string | null;
  /** Only in this session. */
  readonly sessionId: string | null;
  readonly range: Range;
  readonly order: 'best' | 'newest';
}

export interface HistoryState extends HistoryFilter {
  /** `idle`: nothing is looked for, the sessions are shown. */
  readonly status: 'idle' | 'searching' | 'ready' | 'failed';
  /** Of the search before the one that runs, so that nothing flickers. */
  readonly hits: readonly HistoryHit[];
  /** Counted up to 1,000; 1,001 is more. */
  readonly total: number;
  /** Per cent of the older sessions that the search has read; null when it knows all. */
  readonly reading: number | null;
  /** Older records that could not be read for the search. */
  readonly skipped: number;
  readonly error: ErrorInfo | null;
  /** The hit that the arrow keys are at. */
  readonly active: number;
}

export const HistoryContext = makeFeatureContext<HistoryState, HistoryHandle>('the history');

export interface HistoryHandle {
  readonly store: StoreApi<HistoryState>;
  /** Changes what is looked for and looks for it, a moment later. */
  readonly filter: (change: Partial<HistoryFilter>) => void;
  /** The next page, when there is one and none is on its way. */
  readonly more: () => void;
  readonly again: () => void;
  readonly setActive: (active: number) => void;
  readonly close: () => void;
}

export const emptyFilter: HistoryFilter = {
  words: '',
  kinds: new Set(),
  projectName: null,
  sessionId: null,
  range: { kind: 'any' },
  order: 'best',
};

const pageSize = 50;
/** A pause in typing. */
const pauseMs = 150;
/** While older sessions are still read the first page is asked for again, quietly. */
const readingMs = 3_000;

/** Whether the filter asks for anything at all. */
export const isAsked = ({ words, kinds, projectName, sessionId, range }: HistoryFilter): boolean =>
  words.trim() !== '' || kinds.size > 0 || projectName !== null || sessionId !== null || range.kind !== 'any';

export function makeHistory({
  client,
  now = () => new Date(),
  kept = notKept,
}: {
  readonly client: ApiClient;
  readonly now?: () => Date;
  /** What is looked for outlives a reload. */
  readonly kept?: Kept;
}): HistoryHandle {
  const restored = restore(kept.load());
  const store = createStore<HistoryState>(() => ({
    ...restored,
    status: isAsked(restored) ? 'searching' : 'idle',
    hits: [],
    total: 0,
    reading: null,
    skipped: 0,
    error: null,
    active: 0,
  }));
  let generation = 0;
  let loadingMore = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const queryOf = (offset: number): RouteInput<'history.search'> => {
    const { words, kinds, projectName, sessionId, range, order } = store.getState();
    return {
      words,
      order,
      offset,
      limit: pageSize,
      ...(kinds.size === 0 ? {} : { kinds: [...kinds] }),
      ...(projectName === null ? {} : { projectName }),
      ...(sessionId === null ? {} : { sessionId }),
      ...timesOf(range, now()),
    };
  };

  async function search(): Promise<void> {
    const mine = generation;
    loadingMore = false;
    const result = await client.request('history.search', queryOf(0));
    // Something else is looked for meanwhile.
    if (mine !== generation) return;
    if (result.ok) {
      store.setState({ status: 'ready', ...foundIn(result.output), active: 0, error: null });
      askAgainWhileReading();
    } else store.setState({ status: 'failed', hits: [], total: 0, active: 0, error: result.error });
  }

  /** What is found meanwhile comes by itself, unless the person has gone on to a further page. */
  function askAgainWhileReading(): void {
    const mine = generation;
    clearTimeout(timer);
    if (store.getState().reading === null) return;
    const ask = async (): Promise<void> => {
      const result = await client.request('history.search', queryOf(0));
      if (mine !== generation) return;
      const { hits, active } = store.getState();
      if (result.ok && hits.length <= pageSize) {
        store.setState({
          ...foundIn(result.output),
          active: Math.min(active, Math.max(0, result.output.hits.length - 1)),
        });
      } else if (result.ok) store.setState({ reading: result.output.reading });
      askAgainWhileReading();
    };
    timer = setTimeout(() => void ask(), readingMs);
  }

  async function more(): Promise<void> {
    const { status, hits, total } = store.getState();
    if (status !== 'ready' || loadingMore || hits.length >= total) return;
    const mine = generation;
    loadingMore = true;
    const result = await client.request('history.search', queryOf(hits.length));
    if (mine !== generation) return;
    loadingMore = false;
    if (!result.ok) {
      store.setState({ error: result.error });
      return;
    }
    // What was added meanwhile moves the pages: no hit stands twice.
    const known = new Set(hits.map(({ hitId }) => hitId));
    const fresh = result.output.hits.filter(({ hitId }) => !known.has(hitId));
    const whole = fresh.length === 0 ? hits.length : result.output.total;
    store.setState({ hits: [...hits, ...fresh], total: whole, error: null });
  }

  const start = (): void => {
    clearTimeout(timer);
    // From here on: an answer that comes within the pause would end the search that waits.
    generation += 1;
    if (!isAsked(store.getState())) {
      store.setState({ status: 'idle', hits: [], total: 0, error: null, active: 0 });
      return;
    }
    store.setState({ status: 'searching', error: null });
    timer = setTimeout(() => void search(), pauseMs);
  };
  const stops = [
    client.on('session.deleted', ({ sessionIds }) => {
      const gone = new Set(sessionIds);
      store.setState(({ hits }) => ({ hits: hits.filter(({ sessionId }) => !gone.has(sessionId)) }));
      const { sessionId } = store.getState();
      if (sessionId === null || !gone.has(sessionId)) return;
      store.setState({ sessionId: null });
      start();
    }),
    store.subscribe(({ words, kinds, projectName, sessionId, range, order }) =>
      kept.save({ words, kinds: [...kinds], projectName, sessionId, range, order }),
    ),
    // What was looked for before the reload is asked for as soon as somebody can be asked.
    client.connection.subscribe((connection) => {
      if (connection === 'open' && generation === 0 && isAsked(store.getState())) start();
    }),
  ];
  if (client.connection.get() === 'open' && isAsked(restored)) start();

  return {
    store,
    filter(change) {
      store.setState(change);
      start();
    },
    more: () => void more(),
    again: start,
    setActive: (active) => store.setState({ active }),
    close() {
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}

const foundIn = (
  page: RouteOutput<'history.search'>,
): Pick<HistoryState, 'hits' | 'total' | 'reading' | 'skipped'> => ({
  ...page,
  skipped: page.skipped ?? 0,
});

const restore = (fields: ReturnType<Kept['load']>): HistoryFilter => ({
  words: textOr(fields['words'], ''),
  kinds: someOf(historyKinds, fields['kinds']),
  projectName: textOr(fields['projectName'], null),
  sessionId: textOr(fields['sessionId'], null),
  range: rangeFrom(fields['range']),
  order: fields['order'] === 'newest' ? 'newest' : 'best',
});
