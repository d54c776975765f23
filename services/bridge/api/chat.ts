import { v7 as uuidv7 } from 'uuid';
import type { ApiHandlers, ErrorInfo, MessageView } from '../../../shared/contracts/index.ts';
import { AppError, toAppError } from '../../../shared/errors/index.ts';
import { keepTitle } from './session.ts';
import type { ApiParts } from './types.ts';

const titleLength = 60;

interface Kept {
  readonly message: MessageView;
  readonly isChanged: boolean;
  readonly isRenamed: boolean;
}

/**
 * A message is in the journal before anything is sent. When the model cannot be reached it stays, marked as not sent,
 * and a notice says why; the same message id sent again is the same message, and goes out if it had not.
 */
export function chatRoutes(
  parts: Pick<ApiParts, 'journal' | 'engine' | 'push' | 'views' | 'project' | 'model' | 'simulated' | 'logger'>,
): Pick<ApiHandlers, 'chat.send' | 'chat.cancel'> {
  const { journal, engine, push, views } = parts;
  const sending = new Map<string, Promise<MessageView>>();

  const pushMessage = (message: MessageView): MessageView => {
    push({ name: 'message.changed', payload: { message } });
    return message;
  };

  async function deliver(message: MessageView): Promise<MessageView> {
    const { sessionId, messageId, text } = message;
    try {
      await engine.send({ sessionId, messageId, text });
      return pushMessage(journal.messages.finish(sessionId, messageId, { status: 'complete' }));
    } catch (error) {
      const info = infoOf(error);
      parts.logger.warn({ err: error, sessionId }, 'a message could not be sent to the model');
      const [notice, failed] = journal.transact(() => [
        journal.messages.insert({
          sessionId,
          messageId: uuidv7(),
          role: 'notice',
          text: `${info.message} Your message is in the journal and can be sent again.`,
          status: 'complete',
          error: info,
        }),
        journal.messages.finish(sessionId, messageId, { status: 'failed', error: info }),
      ]);
      pushMessage(notice);
      return pushMessage(failed);
    }
  }

  /** Runs in a transaction, so it pushes nothing: it says what to push. */
  function keep(sessionId: string, messageId: string, text: string): Kept {
    const known = journal.messages.get(sessionId, messageId);
    if (known !== null) {
      if (known.text !== text || known.role !== 'user') {
        throw new AppError('invalid_input', 'This message id belongs to another message already. Nothing was sent.', {
          data: { messageId },
        });
      }
      if (known.status !== 'failed') return { message: known, isChanged: false, isRenamed: false };
      const message = journal.messages.finish(sessionId, messageId, { status: 'queued' });
      return { message, isChanged: true, isRenamed: false };
    }
    const { titleIsDefault } = journal.sessions.require(sessionId);
    const message = journal.messages.insert({ sessionId, messageId, role: 'user', text, status: 'queued' });
    if (titleIsDefault) keepTitle(parts, sessionId, toTitle(text));
    return { message, isChanged: true, isRenamed: titleIsDefault };
  }

  return {
    'chat.send': async ({ sessionId, messageId, text }) => {
      const key = `${sessionId} ${messageId}`;
      const running = sending.get(key);
      if (running !== undefined) return { message: await running };
      const { message, isChanged, isRenamed } = journal.transact(() => keep(sessionId, messageId, text));
      if (isChanged) pushMessage(message);
      if (isRenamed) views.push(sessionId);
      if (message.status !== 'queued') return { message };
      const delivery = deliver(message).finally(() => sending.delete(key));
      sending.set(key, delivery);
      return { message: await delivery };
    },
    'chat.cancel': async ({ sessionId }) => {
      journal.sessions.require(sessionId);
      return { cancelled: await engine.cancel(sessionId) };
    },
  };
}

/** The first line, cut at a word. */
export function toTitle(text: string): string {
  const line = text.trim().split('\n', 1)[0]?.replaceAll(/\s+/g, ' ').trim() ?? '';
  if (line.length <= titleLength) return line;
  const cut = line.slice(0, titleLength - 1).toWellFormed();
  const space = cut.lastIndexOf(' ');
  return `${space > titleLength / 2 ? cut.slice(0, space) : cut}…`;
}

function infoOf(error: unknown): ErrorInfo {
  const { code, message } = toAppError(error);
  return { code, message };
}
