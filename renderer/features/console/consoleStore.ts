import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ConsoleLine, ConsoleReading, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { notKept, someOf, textOr, type Kept } from '../../lib/kept.ts';
import type { OpenSession, OpenSessionStore } from '../sessions/index.ts';
import { levels, type ConsoleFilter, type Level } from './consoleLines.ts';

/**
 * Unity's console as it was last read. It is read only while somebody looks at it: when the tab opens, when a call that
 * may have filled it ends, and now and then. A look that finds nothing new costs Unity one small answer.
 */
export interface ConsoleState extends ConsoleFilter {
  readonly sessionId: string | null;
  readonly lines: readonly ConsoleLine[];
  /** What the calls did that lines are tied to, by call id. */
  readonly calls: ReadonlyMap<string, ConsoleReading['calls'][number]>;
  readonly end: ConsoleReading['end'] | null;
  /** Older lines that were not read. */
  readonly from: number;
  readonly reading: boolean;
  /** Why Unity is not asked now. */
  readonly away: string | null;
  readonly error: ErrorInfo | null;
  /** Places of the chosen lines. */
  readonly selected: ReadonlySet<number>;
}

export interface ConsoleHandle {
  readonly store: StoreApi<ConsoleState>;
  /** Reads now, and again while it is watched; returns how to end that. */
  readonly watch: (sessionId: string) => () => void;
  readonly read: (sessionId: string) => Promise<void>;
  readonly toggleLevel: (level: Level) => void;
  /** Puts away what is shown now; null brings it back. */
  readonly clearView: (clear: boolean) => void;
  readonly select: (places: Iterable<number>) => void;
}

export const ConsoleContext = makeFeatureContext<ConsoleState, ConsoleHandle>('the console');

export interface ConsoleDeps {
  readonly client: ApiClient;
  readonly openSession: OpenSessionStore;
  readonly isHidden: () => boolean;
  /** Between two looks while watched; 4 s is soon enough for who has just clicked something in Unity. */
  readonly pollMs?: number;
  /** The filter and what is chosen outlive a reload. */
  readonly kept?: Kept;
}

const nothing = { lines: [], calls: new Map(), end: null, from: 0, clearedBefore: 0, callId: null } as const;

export function makeConsole({
  client,
  openSession,
  isHidden,
  pollMs = 4_000,
  kept = notKept,
}: ConsoleDeps): ConsoleHandle {
  const restored = kept.load();
  /** Chosen before the reload: taken up by the first reading of that session, as far as the lines are the same. */
  let chosenBefore = chosenFrom(restored);
  const store = createStore<ConsoleState>(() => ({
    ...nothing,
    sessionId: null,
    reading: false,
    away: null,
    error: null,
    levels: Array.isArray(restored['levels']) ? someOf(levels, restored['levels']) : new Set(levels),
    text: textOr(restored['text'], ''),
    collapse: restored['collapse'] !== false,
    selected: new Set(),
  }));
  store.subscribe(({ sessionId, levels: shown, text, collapse, selected, lines }, old) => {
    if (selected === old.selected && shown === old.levels && text === old.text && collapse === old.collapse) return;
    const chosen = lines.flatMap(({ place, message }) => (selected.has(place) ? [[place, startOf(message)]] : []));
    kept.save({ levels: [...shown], text, collapse, sessionId, chosen });
  });

  function take({ lines, calls, end, from }: ConsoleReading): void {
    const { end: last, clearedBefore, selected, lines: old } = store.getState();
    // Fewer lines, or another editor: it was cleared, and what was put away is gone.
    const isNew = last !== null && (last.instanceId !== end.instanceId || end.total < last.total);
    const textOf = (all: readonly ConsoleLine[]) => new Map(all.map(({ place, message }) => [place, message]));
    const [was, is] = [textOf(old), textOf(lines)];
    const again =
      chosenBefore?.sessionId === store.getState().sessionId ? chosenBefore.lines : new Map<number, string>();
    chosenBefore = null;
    const isChosen = ([place, message]: readonly [number, string]): boolean =>
      (selected.has(place) && was.get(place) === message) || again.get(place) === startOf(message);
    store.setState({
      lines,
      calls: new Map(calls.map((call) => [call.callId, call])),
      end,
      from,
      clearedBefore: isNew ? 0 : clearedBefore,
      selected: new Set([...is].filter(isChosen).map(([place]) => place)),
    });
  }

  /** A call that was still at work when the console was read has said since what it did. */
  function tellCalls(sessionId: string, now: OpenSession['calls']): void {
    const known = store.getState().calls;
    const changed = [...known.values()].flatMap((call) => {
      const summary = call.sessionId === sessionId ? (now.get(call.callId)?.summary ?? '') : '';
      return summary === '' || summary === call.summary ? [] : [[call.callId, { ...call, summary }] as const];
    });
    if (changed.length > 0) store.setState({ calls: new Map([...known, ...changed]) });
  }

  let again = false;
  async function read(sessionId: string): Promise<void> {
    if (store.getState().reading) {
      again = true;
      return;
    }
    if (store.getState().sessionId !== sessionId) {
      store.setState({ ...nothing, sessionId, away: null, error: null, selected: new Set() });
    }
    store.setState({ reading: true });
    const result = await client.request('console.read', { sessionId, known: store.getState().end });
    store.setState({ reading: false });
    if (store.getState().sessionId === sessionId) {
      if (!result.ok) store.setState({ error: result.error, away: null });
      else {
        store.setState({ error: null, away: result.output.kind === 'away' ? result.output.why : null });
        if (result.output.kind === 'read') take(result.output);
      }
    }
    if (!again) return;
    again = false;
    await read(sessionId);
  }

  return {
    store,
    read,
    watch(sessionId) {
      const look = (): void => {
        if (!isHidden() && client.connection.get() === 'open') void read(sessionId);
      };
      look();
      const timer = setInterval(look, pollMs);
      const stop = openSession.subscribe((now, before) => {
        if (now.calls === before.calls) return;
        tellCalls(sessionId, now.calls);
        const ended = [...now.calls.values()].some(
          ({ callId, finishedAt, effect }) =>
            effect !== 'read' && finishedAt !== null && before.calls.get(callId)?.finishedAt !== finishedAt,
        );
        if (ended) look();
      });
      return () => {
        clearInterval(timer);
        stop();
      };
    },
    toggleLevel: (level) =>
      store.setState((state) => {
        const shown = new Set(state.levels);
        if (!shown.delete(level)) shown.add(level);
        return { levels: shown, selected: new Set() };
      }),
    clearView: (clear) =>
      store.setState(({ end, lines }) => ({
        clearedBefore: clear ? Math.max(end?.total ?? 0, (lines.at(-1)?.place ?? -1) + 1) : 0,
        selected: new Set(),
      })),
    select: (places) => store.setState({ selected: new Set(places) }),
  };
}

/** Enough of a line to know it again. */
const startOf = (message: string): string => message.slice(0, 200);

function chosenFrom(
  fields: ReturnType<Kept['load']>,
): { readonly sessionId: string; readonly lines: ReadonlyMap<number, string> } | null {
  const { sessionId, chosen } = fields;
  if (typeof sessionId !== 'string' || !Array.isArray(chosen)) return null;
  const lines = chosen.flatMap((entry: unknown) => {
    const [place, message] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    return typeof place === 'number' && typeof message === 'string' ? [[place, message] as const] : [];
  });
  return { sessionId, lines: new Map(lines) };
}
