import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  ApiClient,
  ErrorInfo,
  InsightRange,
  InsightScope,
  InsightsView,
} from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

export interface InsightsState {
  readonly days: InsightRange;
  readonly of: InsightScope;
  /** The figures that were read last, for the range and scope that they say; they stay while others are read. */
  readonly view: InsightsView | null;
  readonly loading: boolean;
  /** Why the newest question was not answered; null once one is. */
  readonly error: ErrorInfo | null;
}

export const InsightsContext = makeFeatureContext<InsightsState, InsightsHandle>('insights');

export interface InsightsHandle {
  readonly store: StoreApi<InsightsState>;
  readonly load: () => Promise<void>;
  /** Another range or scope; read at once. */
  readonly choose: (choice: Partial<Pick<InsightsState, 'days' | 'of'>>) => Promise<void>;
  readonly close: () => void;
}

/** Nothing is read before the screen asks; from then on also when the connection comes back. */
export function makeInsights({ client }: { readonly client: ApiClient }): InsightsHandle {
  const store = createStore<InsightsState>(() => ({
    days: 30,
    of: { kind: 'all' },
    view: null,
    loading: false,
    error: null,
  }));
  let newest = 0;
  let isAsked = false;

  const load = async (): Promise<void> => {
    const question = (newest += 1);
    isAsked = true;
    store.setState({ loading: true });
    const { days, of } = store.getState();
    const result = await client.request('insights.get', { days, of });
    // The answer to a question that was asked later may be there already.
    if (question !== newest) return;
    store.setState(
      result.ok ? { view: result.output, loading: false, error: null } : { loading: false, error: result.error },
    );
  };
  const stop = client.connection.subscribe((connection) => {
    if (connection === 'open' && isAsked) void load();
  });
  return {
    store,
    load,
    async choose(choice) {
      store.setState(choice);
      await load();
    },
    close: stop,
  };
}
