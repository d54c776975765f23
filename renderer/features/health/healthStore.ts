import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  ApiClient,
  DependencyHealth,
  ErrorInfo,
  HealthView,
  RouteOutput,
} from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { nextStory, type QueueStory } from './queueStory.ts';

export interface HealthState {
  readonly health: HealthView | null;
  readonly app: Omit<RouteOutput<'app.get'>, 'health'> | null;
  /** What the banner says about servers that are away. */
  readonly story: QueueStory;
  /** The Unity Editors to choose from, as last listed; why they could not be, or why one could not be chosen. */
  readonly editors: {
    readonly instances: RouteOutput<'unity.list_instances'>['instances'];
    readonly error: ErrorInfo | null;
  };
}

export const HealthContext = makeFeatureContext<HealthState, HealthHandle>('health');

export interface HealthHandle {
  readonly store: StoreApi<HealthState>;
  readonly load: () => Promise<void>;
  /** Asks which Unity Editors are open, into `editors`. */
  readonly listEditors: (sessionId: string) => Promise<void>;
  readonly chooseEditor: (sessionId: string, instanceId: string) => Promise<void>;
  /** What was told to its end is not said any more. */
  readonly endStory: () => void;
  readonly close: () => void;
}

export function makeHealth({ client }: { readonly client: ApiClient }): HealthHandle {
  const store = createStore<HealthState>(() => ({
    health: null,
    app: null,
    story: { kind: 'quiet' },
    editors: { instances: [], error: null },
  }));
  const keep = (health: HealthView): void =>
    store.setState(({ story }) => ({ health, story: nextStory(story, health) }));
  const load = async (): Promise<void> => {
    const result = await client.request('app.get', {});
    if (!result.ok) return;
    const { health, ...app } = result.output;
    store.setState({ app });
    keep(health);
  };
  const stops = [
    client.on('health.changed', ({ health }) => keep(health)),
    client.connection.subscribe((connection) => {
      if (connection === 'open') void load();
      else store.setState(({ health }) => ({ health: health === null ? null : unknownHealth(health) }));
    }),
  ];
  return {
    store,
    load,
    async listEditors(sessionId) {
      const result = await client.request('unity.list_instances', { sessionId });
      store.setState({
        editors: result.ok
          ? { instances: result.output.instances, error: null }
          : { instances: [], error: result.error },
      });
    },
    async chooseEditor(sessionId, instanceId) {
      const result = await client.request('unity.choose_instance', { sessionId, instanceId });
      store.setState(({ editors }) => ({ editors: { ...editors, error: result.ok ? null : result.error } }));
    },
    endStory: () => store.setState({ story: { kind: 'quiet' } }),
    close: () => stops.forEach((stop) => stop()),
  };
}

/** What was known may no longer be true: while the window is not connected nothing is said to be ready. */
const unknownHealth = (health: HealthView): HealthView => ({
  ...health,
  replicaLagMs: null,
  dependencies: health.dependencies.map((dependency) => ({
    ...dependency,
    status: 'connecting',
    label: 'connecting',
    detail: 'Not known while the window is not connected to SPARK.',
    latencyMs: null,
  })),
});

const severity = { ok: 0, off: 1, connecting: 2, degraded: 3, down: 4 } as const;

/** The dependency that is worst off; the status bar of a narrow window shows only this one. */
export const worstOf = (dependencies: readonly DependencyHealth[]): DependencyHealth | null =>
  dependencies.reduce<DependencyHealth | null>(
    (worst, next) => (worst === null || severityOf(next) > severityOf(worst) ? next : worst),
    null,
  );

/** Without a model nothing is answered and without Unity nothing is written; servers are nobody's need. */
const severityOf = ({ id, status }: DependencyHealth): number =>
  status === 'off' && (id === 'model' || id === 'unity') ? severity.degraded : severity[status];

/** The name of a dependency in the window. */
export const dependencyNames: Readonly<Record<DependencyHealth['id'], string>> = {
  model: 'Model',
  unity: 'Unity',
  nats: 'NATS',
  primary: 'PostgreSQL',
  replica: 'Replica',
  analytics: 'Analytics',
  journal: 'Journal',
};

/** One word for a state, so that no state is said by colour alone. */
export const statusWords: Readonly<Record<DependencyHealth['status'], string>> = {
  ok: 'ready',
  connecting: 'connecting',
  degraded: 'degraded',
  down: 'away',
  off: 'off',
};
