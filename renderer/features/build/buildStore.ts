import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, BuildView, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import type { OpenSessionStore } from '../sessions/index.ts';
import type { BuildTarget } from '../../lib/buildTargets.ts';

/** What the start form holds, and the builds of the project; those of the opened session are part of it and newer. */
export interface BuildState {
  readonly target: BuildTarget;
  readonly development: boolean;
  /** Empty: where Unity builds to by itself. */
  readonly outputPath: string;
  readonly starting: boolean;
  readonly error: ErrorInfo | null;
  /** Of the project, newest first; null until they were read. */
  readonly history: readonly BuildView[] | null;
  /** Why the earlier builds are not known. */
  readonly historyError: ErrorInfo | null;
  /** What became of showing an output. */
  readonly shown: { readonly buildId: string; readonly words: string } | null;
}

export interface BuildHandle {
  readonly store: StoreApi<BuildState>;
  readonly start: (sessionId: string) => Promise<void>;
  /** Reads the builds of the session's project, and again when one of them ends; returns how to end that. */
  readonly watch: (sessionId: string) => () => void;
  /** Reads them now. */
  readonly read: (sessionId: string) => Promise<void>;
  /** In the file manager, or as a path in the clipboard where there is none. */
  readonly reveal: (buildId: string) => Promise<void>;
}

export const BuildContext = makeFeatureContext<BuildState, BuildHandle>('builds');

export interface BuildDeps {
  readonly client: ApiClient;
  readonly openSession: OpenSessionStore;
  /** False where the clipboard does not take it. */
  readonly copy: (text: string) => Promise<boolean>;
}

export function makeBuild({ client, openSession, copy }: BuildDeps): BuildHandle {
  const store = createStore<BuildState>(() => ({
    target: 'linux64',
    development: false,
    outputPath: '',
    starting: false,
    error: null,
    history: null,
    historyError: null,
    shown: null,
  }));
  let readFor: string | null = null;

  async function load(sessionId: string): Promise<void> {
    if (readFor !== sessionId) {
      readFor = sessionId;
      store.setState({ history: null, historyError: null });
    }
    const result = await client.request('build.history', { sessionId });
    if (readFor !== sessionId) return;
    if (!result.ok) return store.setState({ historyError: result.error });
    const { builds: history } = result.output;
    const isFirst = store.getState().history === null;
    store.setState({ history, historyError: null });
    // Most people build what they built last.
    const [last] = history;
    if (isFirst && last !== undefined) store.setState({ target: last.target, development: last.development });
  }

  return {
    store,
    async start(sessionId) {
      const { target, development, outputPath, starting } = store.getState();
      if (starting) return;
      store.setState({ starting: true, error: null });
      const output = outputPath.trim();
      const result = await client.request('build.start', {
        sessionId,
        target,
        development,
        ...(output === '' ? {} : { outputPath: output }),
      });
      store.setState({ starting: false, error: result.ok ? null : result.error });
    },
    read: load,
    watch(sessionId) {
      void load(sessionId);
      return openSession.subscribe((now, before) => {
        if (now.builds === before.builds) return;
        const changed = [...now.builds.values()].some(
          ({ buildId, state }) => before.builds.get(buildId)?.state !== state,
        );
        if (changed) void load(sessionId);
      });
    },
    async reveal(buildId) {
      const say = (words: string): void => store.setState({ shown: { buildId, words } });
      const result = await client.request('build.reveal', { buildId });
      if (!result.ok) return say(result.error.message);
      const { path, revealed } = result.output;
      if (revealed) return say('Shown in the file manager.');
      say((await copy(path)) ? `Path copied: ${path}` : path);
    },
  };
}
