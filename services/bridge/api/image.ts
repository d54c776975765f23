import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { findMessage } from '../transcript.ts';
import type { ApiParts } from './types.ts';

export function imageRoutes({ journal }: Pick<ApiParts, 'journal'>): Pick<ApiHandlers, 'image.read'> {
  return {
    'image.read': async ({ sessionId, messageId, index }) => {
      const image = findMessage(journal, sessionId, messageId)?.images?.[index];
      if (image === undefined) {
        throw new AppError('not_found', 'This message has no such image.', { data: { messageId, index } });
      }
      return { mimeType: image.mimeType, bytes: new Uint8Array(journal.messages.imageBytes(image)) };
    },
  };
}
