import { v7 as uuidv7 } from 'uuid';
import type { ErrorInfo, MessageView } from '../../../shared/contracts/index.ts';
import { AppError, toAppError } from '../../../shared/errors/index.ts';
import type { NewImage } from '../journal/index.ts';
import { bringBack, keepTitle, toTitle } from './session.ts';
import type { ApiParts } from './types.ts';

/** A message as it is kept and sent. */
export interface Outgoing {
  readonly sessionId: string;
  readonly messageId: string;
  readonly text: string;
  readonly images: readonly NewImage[];
  /** Paths that the text names, under `Assets/`. */
  readonly assets: readonly string[];
  /** Waits for the answer that is being written. */
  readonly queue: boolean;
}

export type DeliveryParts = Pick<
  ApiParts,
  'journal' | 'engine' | 'push' | 'views' | 'project' | 'model' | 'simulated' | 'logger' | 'assetNotes'
>;

/**
 * A message is in the journal before anything is sent. When the model cannot be reached it stays, marked as not sent,
 * and a notice says why; the same message id sent again is the same message, and goes out if it had not.
 */
export interface Delivery {
  /** Resolves with the message as sent, as failed, or (queued while the session is busy) as waiting. */
  readonly send: (outgoing: Outgoing) => Promise<MessageView>;
  /** A message that failed goes out under its own id. */
  readonly sendAgain: (message: MessageView) => Promise<MessageView>;
}

interface Kept {
  readonly message: MessageView;
  readonly isNew: boolean;
  readonly isChanged: boolean;
  readonly isRenamed: boolean;
}

export function makeDelivery(parts: DeliveryParts): Delivery {
  const { journal, engine, push, views } = parts;
  const sending = new Map<string, Promise<MessageView>>();

  const pushMessage = (message: MessageView): MessageView => {
    push({ name: 'message.changed', payload: { message } });
    return message;
  };

  async function deliver(message: MessageView, queue: boolean, isLater: boolean): Promise<MessageView> {
    const { sessionId, messageId, text } = message;
    const images = (message.images ?? []).map((image) => ({
      mimeType: image.mimeType,
      bytes: journal.messages.imageBytes(image),
    }));
    const whileBusy = queue ? 'queue' : 'interrupt';
    try {
      await engine.send({ sessionId, messageId, text, whileBusy, ...(images.length === 0 ? {} : { images }) });
      const sent = journal.transact(() => {
        if (isLater) journal.messages.moveToEnd(sessionId, messageId);
        return journal.messages.finish(sessionId, messageId, { status: 'complete' });
      });
      return pushMessage(sent);
    } catch (error) {
      const now = journal.messages.get(sessionId, messageId);
      if (now?.status === 'cancelled') return now;
      return fail(message, infoOf(error), error);
    }
  }

  function fail({ sessionId, messageId }: MessageView, info: ErrorInfo, cause: unknown): MessageView {
    parts.logger.warn({ err: cause, sessionId }, 'a message could not be sent to the model');
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

  /** Runs in a transaction, so it pushes nothing: it says what to push. */
  function keep({ sessionId, messageId, text, images }: Outgoing): Kept {
    const known = journal.messages.get(sessionId, messageId);
    if (known !== null) {
      if (known.text !== text || known.role !== 'user') {
        throw new AppError('invalid_input', 'This message id belongs to another message already. Nothing was sent.', {
          data: { messageId },
        });
      }
      if (known.status !== 'failed') return { message: known, isNew: false, isChanged: false, isRenamed: false };
      const message = journal.messages.finish(sessionId, messageId, { status: 'queued' });
      return { message, isNew: false, isChanged: true, isRenamed: false };
    }
    const { titleIsDefault } = journal.sessions.require(sessionId);
    const message = journal.messages.insert({ sessionId, messageId, role: 'user', text, status: 'queued', images });
    const title = toTitle(text);
    const isRenamed = titleIsDefault && title !== '';
    if (isRenamed) keepTitle(parts, sessionId, title);
    return { message, isNew: true, isChanged: true, isRenamed };
  }

  /** Tells the model what the assets are that the message names; pictures among them become images of the message. */
  async function explain(message: MessageView, assets: readonly string[]): Promise<MessageView> {
    const { sessionId, messageId } = message;
    const notes = await parts.assetNotes(sessionId, assets, message.images?.length ?? 0);
    const told = journal.transact(() => {
      journal.facts.insert(sessionId, notes.text);
      return notes.images.length === 0 ? message : journal.messages.addImages(sessionId, messageId, notes.images);
    });
    if (told !== message) pushMessage(told);
    await engine.inform({ sessionId, text: notes.text });
    return told;
  }

  async function send(outgoing: Outgoing): Promise<MessageView> {
    const { sessionId, messageId, assets, queue } = outgoing;
    const key = `${sessionId} ${messageId}`;
    const running = sending.get(key);
    if (running !== undefined) return await running;
    const { message, isNew, isChanged, isRenamed } = journal.transact(() => keep(outgoing));
    if (isChanged) {
      bringBack(parts, sessionId);
      pushMessage(message);
    }
    if (isRenamed) views.push(sessionId);
    if (message.status !== 'queued') return message;
    const isBusy = views.isBusy(sessionId);
    const waits = queue && isBusy;
    const explained = isNew && assets.length > 0 ? explain(message, assets) : Promise.resolve(message);
    // What the model is told between the message being kept and it going out stands before it, as it is told.
    const isLater = isBusy || !isNew || assets.length > 0;
    const delivery = explained.then((told) => deliver(told, queue, isLater)).finally(() => sending.delete(key));
    sending.set(key, delivery);
    if (!waits) return await delivery;
    delivery.catch((error: unknown) => parts.logger.error({ err: error, sessionId }, 'a queued message failed'));
    return message;
  }

  return {
    send,
    sendAgain: ({ sessionId, messageId, text }) =>
      send({ sessionId, messageId, text, images: [], assets: [], queue: false }),
  };
}

function infoOf(error: unknown): ErrorInfo {
  const { code, message } = toAppError(error);
  return { code, message };
}
