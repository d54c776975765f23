import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError, InvariantError } from '../../../shared/errors/index.ts';
import { makeThumbnails } from '../thumbnails.ts';
import { dispatchByPerson } from './byPerson.ts';
import type { ApiParts } from './types.ts';

export function previewRoutes(parts: ApiParts): Pick<ApiHandlers, 'preview.render' | 'frame.read'> {
  const { journal } = parts;
  const thumbnails = makeThumbnails({ shrink: parts.heavy.shrinkPng });
  return {
    'preview.render': async ({ sessionId, ...args }) => {
      const { frameId } = await dispatchByPerson(parts, sessionId, 'renderUnityPreview', args).finished;
      const frame = frameId === null ? null : journal.frames.get(frameId);
      if (frame === null) throw new InvariantError('A preview succeeded without a frame.');
      return { frame };
    },
    'frame.read': async ({ frameId, size }) => {
      const frame = journal.frames.get(frameId);
      const bytes = frame === null ? null : journal.frames.bytes(frame.sha256);
      if (frame === null || bytes === null) {
        throw new AppError('not_found', 'This frame is not kept any more.', { data: { frameId } });
      }
      const shown = size === 'thumbnail' ? await thumbnails.of(frame.sha256, bytes) : bytes;
      return { mimeType: frame.mimeType, bytes: new Uint8Array(shown) };
    },
  };
}
