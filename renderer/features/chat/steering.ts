import type { StoreApi } from 'zustand/vanilla';
import type { ApiClient, MessageView } from '../../../shared/contracts/api/index.ts';
import type { ChatHandle, ChatState } from './chatTypes.ts';
import type { DraftsHandle } from './drafts.ts';
import { mentionsOf } from './mentions.ts';
import type { ScaledImage } from '../../lib/scaleImage.ts';

/** Stop, ask again, take back, fork. Each asks once at a time: a key that is held or pressed twice does it once. */
export function makeSteering(deps: {
  readonly client: ApiClient;
  readonly newId: () => string;
  readonly store: StoreApi<ChatState>;
  readonly drafts: DraftsHandle;
}): Pick<ChatHandle, 'stop' | 'retry' | 'takeBack' | 'fork' | 'cancelCall'> {
  const { client, newId, store, drafts } = deps;
  // A fork whose answer was lost keeps its ids: asked for again it is the same one.
  let unsure: { readonly what: string; readonly newSessionId: string; readonly newMessageId: string } | null = null;

  async function imagesOf({ sessionId, messageId, images = [] }: MessageView): Promise<ScaledImage[]> {
    const read = await Promise.all(
      images.map((_, index) => client.request('image.read', { sessionId, messageId, index })),
    );
    return images.flatMap(({ mimeType, width, height }, index): ScaledImage[] => {
      const result = read[index];
      if (result?.ok !== true) return [];
      return [{ mimeType, width, height, bytes: new Uint8Array(result.output.bytes) }];
    });
  }

  return {
    async stop(sessionId) {
      if (store.getState().stopping) return;
      store.setState({ stopping: true });
      const result = await client.request('chat.cancel', { sessionId });
      store.setState({ stopping: false, ...(result.ok ? {} : { error: result.error }) });
    },
    async retry({ sessionId, messageId }) {
      if (store.getState().sending) return;
      store.setState(({ sent }) => ({ sending: true, sent: sent + 1, error: null }));
      const result = await client.request('chat.retry', { sessionId, messageId });
      store.setState({ sending: false, error: result.ok ? null : result.error });
    },
    async takeBack(message) {
      const { sessionId, messageId, text } = message;
      const images = await imagesOf(message);
      const result = await client.request('chat.unqueue', { sessionId, messageId });
      if (!result.ok) return store.setState({ error: result.error });
      if (!result.output.taken) return drafts.refuse('This message was sent meanwhile. Stop the answer with Esc.');
      const draft = drafts.store.getState().texts.get(sessionId) ?? '';
      drafts.setText(sessionId, draft === '' ? text : `${text}\n${draft}`);
      if (images.length > 0) drafts.setImages(sessionId, [...images, ...drafts.imagesOf(sessionId)]);
    },
    async fork(sessionId, messageId, text) {
      if (store.getState().sending) return null;
      const what = JSON.stringify([sessionId, messageId, text]);
      const ids = unsure?.what === what ? unsure : { what, newSessionId: newId(), newMessageId: newId() };
      unsure = ids;
      const { newSessionId, newMessageId } = ids;
      const assets = mentionsOf(text);
      store.setState({ sending: true, error: null });
      const result = await client.request('chat.fork', {
        sessionId,
        messageId,
        text,
        newSessionId,
        newMessageId,
        ...(assets.length === 0 ? {} : { assets }),
      });
      store.setState({ sending: false, error: result.ok ? null : result.error });
      if (!result.ok) return null;
      unsure = null;
      return result.output.session;
    },
    async cancelCall(sessionId, callId) {
      const result = await client.request('call.cancel', { sessionId, callId });
      if (!result.ok) store.setState({ error: result.error });
    },
  };
}
