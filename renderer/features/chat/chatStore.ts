import { createStore } from 'zustand/vanilla';
import { maxMessageChars, type ApiClient, type ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { toBase64 } from '../../lib/base64.ts';
import type { ScaledImage } from '../../lib/scaleImage.ts';
import { makeDrafts, type DraftImage, type DraftsDeps } from './drafts.ts';
import { mentionsOf } from './mentions.ts';
import type { ChatHandle, ChatState, WhileBusy } from './chatTypes.ts';
import { makePlaces } from './places.ts';
import { makeSteering } from './steering.ts';

export const ChatContext = makeFeatureContext<ChatState, ChatHandle>('chat');

export type ChatDeps = DraftsDeps & { readonly client: ApiClient };

export function makeChat(deps: ChatDeps): ChatHandle {
  const { client, newId } = deps;
  const store = createStore<ChatState>(() => ({ sending: false, stopping: false, sent: 0, error: null }));
  const drafts = makeDrafts(deps);
  // A text whose answer was lost keeps its id: sent again it is the same message.
  const unsure = new Map<string, { readonly what: string; readonly messageId: string }>();

  async function deliver(
    sessionId: string,
    text: string,
    images: readonly ScaledImage[],
    whileBusy?: WhileBusy,
  ): Promise<boolean> {
    const what = JSON.stringify([text, images.map(({ bytes, width }) => [bytes.length, width])]);
    const known = unsure.get(sessionId);
    const messageId = known?.what === what ? known.messageId : newId();
    const assets = mentionsOf(text);
    store.setState(({ sent }) => ({ sending: true, sent: sent + 1, error: null }));
    const result = await client.request('chat.send', {
      sessionId,
      messageId,
      text,
      ...(images.length === 0 ? {} : { images: images.map(toInput) }),
      ...(assets.length === 0 ? {} : { assets }),
      ...(whileBusy === undefined ? {} : { whileBusy }),
    });
    if (result.ok) unsure.delete(sessionId);
    else unsure.set(sessionId, { what, messageId });
    store.setState({ sending: false, error: result.ok ? null : result.error });
    return result.ok;
  }

  return {
    store,
    drafts,
    placeOf: makePlaces(),
    async submit(sessionId, whileBusy) {
      const draft = drafts.store.getState().texts.get(sessionId) ?? '';
      const images = drafts.imagesOf(sessionId);
      const text = draft.trim();
      if ((text === '' && images.length === 0) || store.getState().sending) return;
      if (text.length > maxMessageChars) return store.setState({ error: tooLong(text.length) });
      drafts.refuse(null);
      drafts.setText(sessionId, '');
      drafts.setImages(sessionId, []);
      if (await deliver(sessionId, text, images, whileBusy)) return;
      const now = drafts.store.getState().texts.get(sessionId) ?? '';
      if (now === '') drafts.setText(sessionId, draft);
      if (drafts.imagesOf(sessionId).length === 0) drafts.setImages(sessionId, images);
    },
    async send(sessionId, text) {
      if (text.trim() === '' || store.getState().sending) return;
      if (await deliver(sessionId, text.trim(), [])) return;
      if ((drafts.store.getState().texts.get(sessionId) ?? '') === '') drafts.setText(sessionId, text);
    },
    ...makeSteering({ client, newId, store, drafts }),
  };
}

const toInput = ({ mimeType, bytes }: Pick<DraftImage, 'mimeType' | 'bytes'>) => ({
  mimeType,
  base64: toBase64(bytes),
});

/** Said before anything is sent, so that nothing is cut off silently. */
export const tooLong = (chars: number): ErrorInfo => ({
  code: 'invalid_input',
  message: `This text has ${chars.toLocaleString('en')} characters; a message takes ${maxMessageChars.toLocaleString('en')}. Nothing was sent and the text is still here: shorten it, or save it as a file in the project and name that with @.`,
});
