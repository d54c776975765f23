import type { ApiHandlers, MessageView } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { readImages } from '../images.ts';
import type { Delivery } from './delivery.ts';
import { bringBack } from './session.ts';
import type { ApiParts } from './types.ts';

type ChatParts = Pick<ApiParts, 'journal' | 'engine' | 'push' | 'settings' | 'views'> & { readonly delivery: Delivery };

/** Sending, and steering what was sent: stop, ask again, take back. */
export function chatRoutes(
  parts: ChatParts,
): Pick<ApiHandlers, 'chat.send' | 'chat.cancel' | 'chat.retry' | 'chat.unqueue'> {
  const { journal, engine, push, settings, delivery } = parts;

  function requireOwn(sessionId: string, messageId: string): MessageView {
    journal.sessions.require(sessionId);
    const message = journal.messages.get(sessionId, messageId);
    if (message?.role === 'user') return message;
    throw new AppError('not_found', 'There is no such message of yours in this session.', { data: { messageId } });
  }

  return {
    'chat.send': async ({ sessionId, messageId, text, images = [], assets = [], whileBusy }) => {
      const queue = (whileBusy ?? settings.conversation().whileBusy) === 'queue';
      const message = await delivery.send({ sessionId, messageId, text, images: readImages(images), assets, queue });
      return { message };
    },
    'chat.cancel': async ({ sessionId }) => {
      journal.sessions.require(sessionId);
      return { cancelled: await engine.cancel(sessionId) };
    },
    'chat.retry': async ({ sessionId, messageId }) => {
      const message = requireOwn(sessionId, messageId);
      const isSent = ({ role, status }: MessageView): boolean => role === 'user' && status !== 'cancelled';
      if (journal.messages.list(sessionId).findLast(isSent)?.messageId !== messageId) {
        throw new AppError(
          'invalid_input',
          'Only the newest message can be asked again. Edit this one to go on from there in a fork.',
          { data: { messageId } },
        );
      }
      if (message.status === 'failed') return { message: await delivery.sendAgain(message) };
      bringBack(parts, sessionId);
      if (message.status === 'complete') await engine.retry({ sessionId, messageId });
      return { message };
    },
    'chat.unqueue': async ({ sessionId, messageId }) => {
      const message = requireOwn(sessionId, messageId);
      if (message.status !== 'queued' || !engine.unqueue({ sessionId, messageId })) {
        return { taken: false, message: requireOwn(sessionId, messageId) };
      }
      const taken = journal.messages.finish(sessionId, messageId, { status: 'cancelled' });
      push({ name: 'message.changed', payload: { message: taken } });
      return { taken: true, message: taken };
    },
  };
}
