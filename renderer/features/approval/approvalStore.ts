import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ErrorInfo, RouteInput } from '../../../shared/contracts/api/index.ts';
import type { TextDrafts } from '../../lib/draftStorage.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { makeApprovalDrafts, type ApprovalDrafts } from './approvalDrafts.ts';

type DecisionInput = RouteInput<'approval.decide'>['decision'];

/** Decisions on their way and those that failed, by call. What was decided arrives as the call's new state. */
export interface ApprovalState {
  readonly deciding: ReadonlySet<string>;
  readonly errors: ReadonlyMap<string, ErrorInfo>;
}

export interface ApprovalHandle {
  readonly store: StoreApi<ApprovalState>;
  readonly drafts: ApprovalDrafts;
  /** Sends a decision once; while it is on its way another one for the same call is ignored. */
  readonly decide: (sessionId: string, callId: string, decision: DecisionInput) => Promise<void>;
  readonly close: () => void;
}

export interface ApprovalDeps {
  readonly client: ApiClient;
  /** Where what was begun on a card is kept. */
  readonly texts: TextDrafts;
}

export const ApprovalContext = makeFeatureContext<ApprovalState, ApprovalHandle>('approvals');

export function makeApproval({ client, texts }: ApprovalDeps): ApprovalHandle {
  const store = createStore<ApprovalState>(() => ({ deciding: new Set(), errors: new Map() }));
  const drafts = makeApprovalDrafts(texts);
  const stop = client.on('call.changed', ({ call }) => {
    if (call.state !== 'awaiting_approval') drafts.drop(call.callId);
  });
  return {
    store,
    drafts,
    close: stop,
    async decide(sessionId, callId, decision) {
      const { deciding, errors } = store.getState();
      if (deciding.has(callId)) return;
      const cleared = new Map(errors);
      cleared.delete(callId);
      store.setState({ deciding: new Set(deciding).add(callId), errors: cleared });
      const result = await client.request('approval.decide', { sessionId, callId, decision });
      const after = new Set(store.getState().deciding);
      after.delete(callId);
      store.setState({ deciding: after });
      if (result.ok) drafts.drop(callId);
      else store.setState((state) => ({ errors: new Map(state.errors).set(callId, result.error) }));
    },
  };
}
