import { z } from 'zod';
import { messageImageSchema, type MessageImage } from '../../../shared/contracts/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { BlobStore } from './blobs.ts';
import type { JournalDatabase } from './database.ts';

/** An image that becomes part of a message. */
export interface NewImage extends Omit<MessageImage, 'sha256'> {
  readonly bytes: Uint8Array;
}

/** Images of messages: kept once by their bytes, and as long as a message has them. */
export interface MessageImageTable {
  /** After those that the message has. */
  readonly add: (sessionId: string, messageId: string, images: readonly NewImage[]) => void;
  readonly ofMessage: (sessionId: string, messageId: string) => MessageImage[];
  /** By message id. */
  readonly ofSession: (sessionId: string) => ReadonlyMap<string, MessageImage[]>;
  readonly bytes: (sha256: string) => Uint8Array;
}

const imageRow = z
  .object({ message_id: z.string(), sha256: z.string(), mime_type: z.string(), width: z.int(), height: z.int() })
  .transform((row) => ({
    messageId: row.message_id,
    image: messageImageSchema.parse({
      sha256: row.sha256,
      mimeType: row.mime_type,
      width: row.width,
      height: row.height,
    }),
  }));
const select = 'SELECT message_id, sha256, mime_type, width, height FROM message_images WHERE session_id = :session';

export function makeMessageImageTable(db: JournalDatabase, blobs: BlobStore): MessageImageTable {
  const ofMessage = (sessionId: string, messageId: string): MessageImage[] =>
    db
      .all(`${select} AND message_id = :message ORDER BY ordinal`, imageRow, { session: sessionId, message: messageId })
      .map(({ image }) => image);
  return {
    add(sessionId, messageId, images) {
      db.transact(() => {
        const first = ofMessage(sessionId, messageId).length;
        for (const [index, image] of images.entries()) {
          db.run(
            `INSERT INTO message_images (session_id, message_id, ordinal, sha256, mime_type, width, height)
             VALUES (:session, :message, :ordinal, :sha256, :mime, :width, :height)`,
            {
              session: sessionId,
              message: messageId,
              ordinal: first + index,
              sha256: blobs.keepBytes(image.bytes),
              mime: image.mimeType,
              width: image.width,
              height: image.height,
            },
          );
        }
      });
    },
    ofMessage,
    ofSession(sessionId) {
      const found = new Map<string, MessageImage[]>();
      for (const { messageId, image } of db.all(`${select} ORDER BY message_id, ordinal`, imageRow, {
        session: sessionId,
      })) {
        found.set(messageId, [...(found.get(messageId) ?? []), image]);
      }
      return found;
    },
    bytes(sha256) {
      const bytes = blobs.readBytes(sha256);
      if (bytes === null) throw new InvariantError(`The journal has no image ${sha256}.`);
      return bytes;
    },
  };
}
