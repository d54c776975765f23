import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

/** What the person writes and has not sent, by session, and what could not be sent. */
export interface ChatState {
  readonly drafts: ReadonlyMap<string, string>;
  readonly sending: boolean;
  readonly error: ErrorInfo | null;
}

export const ChatContext = makeFeatureContext<ChatState, ChatHandle>('chat');

export interface ChatHandle {
  readonly store: StoreApi<ChatState>;
  readonly setDraft: (sessionId: string, text: string) => void;
  /** Sends a text; on failure it is the draft again and the reason is in the store. */
  readonly send: (sessionId: string, text: string) => Promise<void>;
  /** Stops the answer that is being written. */
  readonly stop: (sessionId: string) => Promise<void>;
  readonly cancelCall: (sessionId: string, callId: string) => Promise<void>;
}

export function makeChat({ client, newId }: { readonly client: ApiClient; readonly newId: () => string }): ChatHandle {
  const store = createStore<ChatState>(() => ({ drafts: new Map(), sending: false, error: null }));
  const setDraft = (sessionId: string, text: string): void =>
    store.setState(({ drafts }) => ({ drafts: new Map(drafts).set(sessionId, text) }));
  // A text whose answer was lost keeps its id: sent again it is the same message.
  const unsure = new Map<string, { readonly text: string; readonly messageId: string }>();

  return {
    store,
    setDraft,
    async send(sessionId, text) {
      const trimmed = text.trim();
      if (trimmed === '' || store.getState().sending) return;
      const known = unsure.get(sessionId);
      const messageId = known?.text === trimmed ? known.messageId : newId();
      store.setState({ sending: true, error: null });
      setDraft(sessionId, '');
      const result = await client.request('chat.send', { sessionId, messageId, text: trimmed });
      if (result.ok) unsure.delete(sessionId);
      else {
        unsure.set(sessionId, { text: trimmed, messageId });
        if ((store.getState().drafts.get(sessionId) ?? '') === '') setDraft(sessionId, text);
      }
      store.setState({ sending: false, error: result.ok ? null : result.error });
    },
    async stop(sessionId) {
      const result = await client.request('chat.cancel', { sessionId });
      if (!result.ok) store.setState({ error: result.error });
    },
    async cancelCall(sessionId, callId) {
      const result = await client.request('call.cancel', { sessionId, callId });
      if (!result.ok) store.setState({ error: result.error });
    },
  };
}
