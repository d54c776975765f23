import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, BudgetView, ErrorInfo, UsageView } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

/** What the opened session used and spent, as the bridge has it; null until it was read. */
export interface CostState {
  readonly usage: UsageView | null;
  readonly error: ErrorInfo | null;
  /** Budgets whose warning was put away, by `warningOf`. */
  readonly dismissed: ReadonlySet<string>;
}

export const CostContext = makeFeatureContext<CostState, CostHandle>('cost');

export interface CostHandle {
  readonly store: StoreApi<CostState>;
  readonly load: () => Promise<void>;
  /** One more budget's worth for each budget of the session that is spent. False when that was refused. */
  readonly allowMore: (sessionId: string) => Promise<boolean>;
  readonly dismiss: (warning: string) => void;
  readonly close: () => void;
}

export function makeCost(deps: {
  readonly client: ApiClient;
  readonly openSession: StoreApi<{ readonly sessionId: string | null }>;
}): CostHandle {
  const { client, openSession } = deps;
  const store = createStore<CostState>(() => ({ usage: null, error: null, dismissed: new Set() }));
  const opened = (): string | null => openSession.getState().sessionId;
  const show = (usage: UsageView): void => {
    if (usage.sessionId === opened()) store.setState({ usage, error: null });
  };

  const load = async (): Promise<void> => {
    const sessionId = opened();
    if (sessionId === null) return;
    const result = await client.request('usage.get', { sessionId });
    if (result.ok) show(result.output);
    else if (sessionId === opened()) store.setState({ error: result.error });
  };
  const stops = [
    client.on('usage.changed', ({ usage }) => {
      // What another session spends is part of the day, and may be of the project.
      if (usage.sessionId === opened()) show(usage);
      else void load();
    }),
    client.on('settings.changed', () => void load()),
    client.connection.subscribe((connection) => {
      if (connection === 'open') void load();
    }),
    openSession.subscribe(({ sessionId }, { sessionId: before }) => {
      if (sessionId === before) return;
      store.setState({ usage: null, error: null });
      void load();
    }),
  ];
  return {
    store,
    load,
    async allowMore(sessionId) {
      const now = await client.request('usage.get', { sessionId });
      if (!now.ok) {
        store.setState({ error: now.error });
        return false;
      }
      for (const { scope, state } of now.output.budgets) {
        if (state !== 'reached') continue;
        const result = await client.request('budget.extend', { sessionId, scope });
        if (!result.ok) {
          store.setState({ error: result.error });
          return false;
        }
        show(result.output);
      }
      return true;
    },
    dismiss: (warning) => store.setState(({ dismissed }) => ({ dismissed: new Set([...dismissed, warning]) })),
    close: () => stops.forEach((stop) => stop()),
  };
}

/** One warning of a budget: the next one comes when more may be spent, or for another turn, session or day. */
export function warningOf({ sessionId, turn, day }: UsageView, { scope, allowedMicroUsd }: BudgetView): string {
  const keys = { turn: turn?.messageId ?? '', session: sessionId, day: day.date };
  return `${scope} ${keys[scope]} ${allowedMicroUsd}`;
}
