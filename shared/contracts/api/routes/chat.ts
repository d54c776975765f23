import { z } from 'zod';
import { parseAssetPath } from '../../../domain/assetPath.ts';
import { uuidSchema } from '../../ids.ts';
import { messageViewSchema, sessionViewSchema } from '../views.ts';
import { command, ofMessage, ofSession, query } from './define.ts';

/** Longest text of one message, in UTF-16 code units. */
export const maxMessageChars = 100_000;
/** Of one message; each scaled by the window before it is sent. */
export const maxMessageImages = 4;
export const maxImageBytes = 1024 * 1024;
const maxMessageAssets = 10;

/** What the bytes are is read from them, whatever is claimed here. */
const imageInputSchema = z.strictObject({
  mimeType: z.string().max(64),
  base64: z.string().max(Math.ceil(maxImageBytes / 3) * 4),
});
export type ImageInput = z.infer<typeof imageInputSchema>;

const assetPaths = z
  .array(z.string().refine((path) => parseAssetPath(path).kind === 'ok', 'not a path under Assets/'))
  .max(maxMessageAssets);
const written = z.string().trim().max(maxMessageChars);

/** Messages of a session, and their images. */
export const chatRoutes = {
  'chat.send': command(
    ofSession
      .extend({
        /** Made by the window, so that a repeated send after a lost answer is the same message. */
        messageId: uuidSchema,
        /** May be empty where there are images. */
        text: written,
        images: z.array(imageInputSchema).max(maxMessageImages).optional(),
        /** Assets that the text names: the model is told what each is. Images among them are shown to it. */
        assets: assetPaths.optional(),
        /** While the model answers; the setting's choice when left out. */
        whileBusy: z.enum(['interrupt', 'queue']).optional(),
      })
      .refine(({ text, images = [] }) => text !== '' || images.length > 0, {
        path: ['text'],
        error: 'nothing to send',
      }),
    z.object({ message: messageViewSchema }),
  ),
  /** Asks again for the newest message of the developer; earlier ones are forked from. */
  'chat.retry': command(ofMessage, z.object({ message: messageViewSchema })),
  /** Takes a message back that waits to be sent. `taken` is false when it was sent meanwhile. */
  'chat.unqueue': command(ofMessage, z.object({ taken: z.boolean(), message: messageViewSchema })),
  /**
   * A new session that is as this one was before the message, with `text` sent in its place; the message's images stay
   * with it. Nothing is copied and nothing here changes.
   */
  'chat.fork': command(
    ofMessage.extend({
      text: written,
      assets: assetPaths.optional(),
      /** Made by the window, so that a repeated fork after a lost answer is the same one. */
      newSessionId: uuidSchema,
      newMessageId: uuidSchema,
    }),
    z.object({ session: sessionViewSchema, message: messageViewSchema }),
  ),
  'chat.cancel': command(ofSession, z.object({ cancelled: z.boolean() })),
  /** An image of a message; `index` is its place in `images`. */
  'image.read': query(
    ofMessage.extend({
      index: z
        .int()
        .min(0)
        .max(maxMessageImages - 1),
    }),
    z.object({ mimeType: z.string(), bytes: z.instanceof(Uint8Array) }),
  ),
} as const;
