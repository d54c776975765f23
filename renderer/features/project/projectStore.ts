import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import type { ProjectRules, ProjectRulesVersion, SavedPrompt } from '../../../shared/contracts/projectTexts.ts';
import type { PolicyRule } from '../../../shared/contracts/settings.ts';
import type { TextDrafts } from '../../lib/draftStorage.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { markSent } from '../../lib/lateSave.ts';
import type { OpenSessionStore } from '../sessions/index.ts';

/** What the developer wrote for the project of the opened session, and what is always allowed there. */
export interface ProjectState {
  /** Null until they were read. */
  readonly rules: ProjectRules | null;
  readonly versions: readonly ProjectRulesVersion[];
  /** Null until they were read: nobody is told that there are none before that. */
  readonly prompts: readonly SavedPrompt[] | null;
  readonly allowed: readonly PolicyRule[] | null;
  /** The rules were saved in another window while they were edited here; nothing was written over. */
  readonly isStale: boolean;
  readonly error: ErrorInfo | null;
}

export interface PromptDraft {
  readonly promptId?: string;
  readonly name: string;
  readonly text: string;
  readonly everywhere: boolean;
}

export interface ProjectHandle {
  readonly store: StoreApi<ProjectState>;
  readonly load: () => Promise<void>;
  /** Rules that were written for that project and not saved; null where there are none. */
  readonly draftOf: (projectName: string) => string | null;
  /** Null: there is nothing to keep any more. */
  readonly keepDraft: (projectName: string, text: string | null) => void;
  /** Called when that project's draft is sent; what it gives, called when it is saved, forgets it. False: newer text was kept. */
  readonly sendingDraft: (projectName: string) => () => boolean;
  /** True when they are kept; else the reason is in the store. */
  readonly saveRules: (text: string) => Promise<boolean>;
  /** The id of the prompt that is kept; null when it is not: the reason is in the store. */
  readonly savePrompt: (draft: PromptDraft) => Promise<string | null>;
  readonly deletePrompt: (promptId: string) => Promise<void>;
  readonly revoke: (ruleId: string) => Promise<void>;
  readonly close: () => void;
}

export const ProjectContext = makeFeatureContext<ProjectState, ProjectHandle>('the texts of the project');

const nothing: ProjectState = { rules: null, versions: [], prompts: null, allowed: null, isStale: false, error: null };

export function makeProject(deps: {
  readonly client: ApiClient;
  readonly openSession: OpenSessionStore;
  /** Where rules that were not saved are kept. */
  readonly texts: TextDrafts;
}): ProjectHandle {
  const { client, openSession, texts } = deps;
  const store = createStore<ProjectState>(() => nothing);
  const opened = (): string | null => openSession.getState().sessionId;

  async function loadPrompts(): Promise<void> {
    const sessionId = opened();
    if (sessionId === null) return;
    const result = await client.request('prompt.list', { sessionId });
    if (opened() === sessionId)
      store.setState(result.ok ? { prompts: result.output.prompts } : { error: result.error });
  }
  async function loadRules(): Promise<void> {
    const sessionId = opened();
    if (sessionId === null) return;
    const [rules, history] = await Promise.all([
      client.request('rules.get', { sessionId }),
      client.request('rules.history', { sessionId }),
    ]);
    if (opened() !== sessionId) return;
    store.setState({
      ...(rules.ok ? { rules: rules.output } : { error: rules.error }),
      ...(history.ok ? { versions: history.output.versions } : {}),
    });
  }
  async function loadAllowed(): Promise<void> {
    const result = await client.request('policy.list', {});
    store.setState(result.ok ? { allowed: result.output.rules } : { error: result.error });
  }

  const draftOf = (projectName: string): string | null => texts.load().get(projectName) ?? null;
  const keepDraft = (projectName: string, text: string | null): void =>
    texts.save(new Map([[projectName, text ?? '']]));

  let shownFor: string | null = null;
  const stops = [
    client.on('rules.changed', () => void (store.getState().rules === null ? undefined : loadRules())),
    client.on('prompts.changed', () => void loadPrompts()),
    openSession.subscribe(({ status, session }) => {
      const key = status === 'open' && session !== null ? `${session.sessionId} ${session.projectName ?? ''}` : null;
      if (key === null || key === shownFor) return;
      shownFor = key;
      store.setState(nothing, true);
      void loadPrompts();
    }),
  ];

  return {
    store,
    async load() {
      store.setState({ error: null });
      await Promise.all([loadRules(), loadPrompts(), loadAllowed()]);
    },
    draftOf,
    keepDraft,
    sendingDraft: (projectName) =>
      markSent(
        () => draftOf(projectName),
        () => keepDraft(projectName, null),
      ),
    async saveRules(text) {
      const { rules } = store.getState();
      const sessionId = opened();
      if (rules === null || sessionId === null) return false;
      const result = await client.request('rules.set', { sessionId, text, onVersion: rules.version });
      if (!result.ok) {
        store.setState({ error: result.error });
        return false;
      }
      const isSaved = result.output.kind === 'saved';
      store.setState({ rules: result.output.rules, isStale: !isSaved, error: null });
      await loadRules();
      return isSaved;
    },
    async savePrompt(draft) {
      const sessionId = opened();
      if (sessionId === null) return null;
      const result = await client.request('prompt.save', { sessionId, ...draft });
      store.setState({ error: result.ok ? null : result.error });
      if (!result.ok) return null;
      await loadPrompts();
      return result.output.prompt.promptId;
    },
    async deletePrompt(promptId) {
      const result = await client.request('prompt.delete', { promptId });
      store.setState({ error: result.ok ? null : result.error });
      if (result.ok) await loadPrompts();
    },
    async revoke(ruleId) {
      const result = await client.request('policy.revoke', { ruleId });
      store.setState({ error: result.ok ? null : result.error });
      await loadAllowed();
    },
    close: () => stops.forEach((stop) => stop()),
  };
}
