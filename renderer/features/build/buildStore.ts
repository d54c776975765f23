import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ErrorInfo, RouteInput } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

export type BuildTarget = RouteInput<'build.start'>['target'];

/** What the start form holds; builds themselves are part of the opened session. */
export interface BuildState {
  readonly target: BuildTarget;
  readonly development: boolean;
  readonly starting: boolean;
  readonly error: ErrorInfo | null;
}

export interface BuildHandle {
  readonly store: StoreApi<BuildState>;
  readonly start: (sessionId: string) => Promise<void>;
}

export const BuildContext = makeFeatureContext<BuildState, BuildHandle>('builds');

/** In the order of the menu. */
export const targetNames: Readonly<Record<BuildTarget, string>> = {
  windows64: 'Windows (64 bit)',
  osx: 'macOS',
  linux64: 'Linux (64 bit)',
  android: 'Android',
  ios: 'iOS',
  webgl: 'WebGL',
  uwp: 'Universal Windows',
  tvos: 'tvOS',
  visionos: 'visionOS',
};

export function makeBuild({ client }: { readonly client: ApiClient }): BuildHandle {
  const store = createStore<BuildState>(() => ({
    target: 'linux64',
    development: false,
    starting: false,
    error: null,
  }));
  return {
    store,
    async start(sessionId) {
      const { target, development, starting } = store.getState();
      if (starting) return;
      store.setState({ starting: true, error: null });
      const result = await client.request('build.start', { sessionId, target, development });
      store.setState({ starting: false, error: result.ok ? null : result.error });
    },
  };
}
