import { z } from 'zod';
import {
  errorInfoSchema,
  messageViewSchema,
  type ErrorInfo,
  type MessageImage,
  type MessageView,
} from '../../../shared/contracts/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { JournalDatabase } from './database.ts';
import type { MessageImageTable, NewImage } from './messageImages.ts';
import { entriesOfMessage } from './search/entries.ts';
import type { SearchIndex } from './search/searchIndex.ts';
import type { SessionTable } from './sessions.ts';

/**
 * Messages of a session. A complete one is durable when the call returns. The text of a streaming one lives in memory
 * and is saved at most every `streamSaveMs`: a crash loses no more than that of a sentence nobody had finished.
 */
export interface MessageTable {
  readonly insert: (message: {
    readonly sessionId: string;
    readonly messageId: string;
    readonly role: MessageView['role'];
    readonly text: string;
    readonly status: MessageView['status'];
    readonly error?: ErrorInfo | null;
    readonly images?: readonly NewImage[];
    readonly spoken?: true;
  }) => MessageView;
  /** Adds images to a message that is there. */
  readonly addImages: (sessionId: string, messageId: string, images: readonly NewImage[]) => MessageView;
  readonly imageBytes: (image: MessageImage) => Uint8Array;
  readonly get: (sessionId: string, messageId: string) => MessageView | null;
  readonly list: (sessionId: string) => MessageView[];
  /** When the developer last wrote or spoke, ISO 8601; null when that was never. */
  readonly lastUserAt: (sessionId: string) => string | null;
  /** Returns the length of the text before the delta. */
  readonly appendDelta: (sessionId: string, messageId: string, delta: string) => number;
  readonly finish: (
    sessionId: string,
    messageId: string,
    end: { readonly text?: string; readonly status: MessageView['status']; readonly error?: ErrorInfo | null },
  ) => MessageView;
  /** Gives it the next place in the transcript: what was said between it being kept and going out came before it. */
  readonly moveToEnd: (sessionId: string, messageId: string) => void;
  /** Messages of all sessions that are still streaming or queued; only meaningful when the journal is opened. */
  readonly unfinished: () => MessageView[];
  /** Saves all streaming text now. */
  readonly flush: () => void;
}

export const streamSaveMs = 500;

const columns = 'session_id, message_id, role, text, status, error, position, created_at, spoken';
const messageRow = z
  .object({
    session_id: z.string(),
    message_id: z.string(),
    role: messageViewSchema.shape.role,
    text: z.string(),
    status: messageViewSchema.shape.status,
    error: z.string().nullable(),
    position: z.int(),
    created_at: z.string(),
    spoken: z.int(),
  })
  .transform((row): MessageView => ({
    messageId: row.message_id,
    sessionId: row.session_id,
    role: row.role,
    text: row.text,
    status: row.status,
    error: row.error === null ? null : errorInfoSchema.parse(JSON.parse(row.error)),
    position: row.position,
    createdAt: row.created_at,
    ...(row.spoken === 1 ? { spoken: true } : {}),
  }));

const withImages = (message: MessageView, images: MessageImage[]): MessageView =>
  images.length === 0 ? message : { ...message, images };

interface Streaming {
  readonly sessionId: string;
  readonly messageId: string;
  text: string;
  saved: boolean;
}

export function makeMessageTable(options: {
  readonly db: JournalDatabase;
  readonly sessions: SessionTable;
  readonly images: MessageImageTable;
  readonly search: SearchIndex;
  readonly now: () => string;
}): MessageTable {
  const { db, sessions, images, search, now } = options;
  const streaming = new Map<string, Streaming>();
  let timer: NodeJS.Timeout | undefined;

  const keyOf = (sessionId: string, messageId: string): string => `${sessionId} ${messageId}`;
  const withStreamed = (message: MessageView): MessageView => {
    const open = streaming.get(keyOf(message.sessionId, message.messageId));
    return open === undefined ? message : { ...message, text: open.text };
  };

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    db.transact(() => {
      for (const open of streaming.values()) {
        if (open.saved) continue;
        db.run('UPDATE messages SET text = :text WHERE session_id = :session AND message_id = :message', {
          text: open.text,
          session: open.sessionId,
          message: open.messageId,
        });
        open.saved = true;
      }
    });
  }

  const get = (sessionId: string, messageId: string): MessageView | null => {
    const row = db.get(
      `SELECT ${columns} FROM messages WHERE session_id = :session AND message_id = :message`,
      messageRow,
      { session: sessionId, message: messageId },
    );
    return row === undefined ? null : withImages(withStreamed(row), images.ofMessage(sessionId, messageId));
  };
  const need = (sessionId: string, messageId: string): MessageView => {
    const message = get(sessionId, messageId);
    if (message === null) throw new InvariantError(`The journal has no message ${messageId} in session ${sessionId}.`);
    return message;
  };

  const findable = (message: MessageView): MessageView => {
    const { sessionId, messageId: ref, createdAt: at } = message;
    search.keep({ sessionId, place: 'message', ref, at }, entriesOfMessage(message));
    return message;
  };

  return {
    insert: (message) =>
      db.transact(() => {
        db.run(
          `INSERT INTO messages (${columns}) VALUES (:session, :message, :role, :text, :status, :error, :position, :at, :spoken)`,
          {
            session: message.sessionId,
            message: message.messageId,
            role: message.role,
            text: message.text,
            status: message.status,
            error: message.error === undefined || message.error === null ? null : JSON.stringify(message.error),
            position: sessions.takePosition(message.sessionId),
            at: now(),
            spoken: message.spoken === true ? 1 : 0,
          },
        );
        images.add(message.sessionId, message.messageId, message.images ?? []);
        if (message.status === 'streaming') {
          streaming.set(keyOf(message.sessionId, message.messageId), {
            sessionId: message.sessionId,
            messageId: message.messageId,
            text: message.text,
            saved: true,
          });
        }
        return findable(need(message.sessionId, message.messageId));
      }),
    get,
    addImages(sessionId, messageId, added) {
      images.add(sessionId, messageId, added);
      return need(sessionId, messageId);
    },
    imageBytes: ({ sha256 }) => images.bytes(sha256),
    list(sessionId) {
      const shown = images.ofSession(sessionId);
      return db
        .all(`SELECT ${columns} FROM messages WHERE session_id = :session ORDER BY position`, messageRow, {
          session: sessionId,
        })
        .map((message) => withImages(withStreamed(message), shown.get(message.messageId) ?? []));
    },
    lastUserAt: (sessionId) =>
      db.get(
        `SELECT created_at FROM messages WHERE session_id = :session AND role = 'user' ORDER BY position DESC LIMIT 1`,
        z.object({ created_at: z.string() }),
        { session: sessionId },
      )?.created_at ?? null,
    appendDelta(sessionId, messageId, delta) {
      const open = streaming.get(keyOf(sessionId, messageId));
      if (open === undefined) throw new InvariantError(`Message ${messageId} is not streaming.`);
      const offset = open.text.length;
      open.text += delta;
      open.saved = false;
      timer ??= setTimeout(flush, streamSaveMs);
      return offset;
    },
    finish: (sessionId, messageId, end) =>
      db.transact(() => {
        const text = end.text ?? need(sessionId, messageId).text;
        streaming.delete(keyOf(sessionId, messageId));
        db.run(
          'UPDATE messages SET text = :text, status = :status, error = :error WHERE session_id = :session AND message_id = :message',
          {
            text,
            status: end.status,
            error: end.error === undefined || end.error === null ? null : JSON.stringify(end.error),
            session: sessionId,
            message: messageId,
          },
        );
        return findable(need(sessionId, messageId));
      }),
    moveToEnd(sessionId, messageId) {
      db.transact(() => {
        db.run('UPDATE messages SET position = :position WHERE session_id = :session AND message_id = :message', {
          position: sessions.takePosition(sessionId),
          session: sessionId,
          message: messageId,
        });
      });
    },
    unfinished: () => db.all(`SELECT ${columns} FROM messages WHERE status IN ('streaming', 'queued')`, messageRow),
    flush,
  };
}
