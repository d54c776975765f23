import type { Logger } from '../../shared/node/logging/index.ts';
import { toAppError } from '../../shared/errors/index.ts';
import { maxMessageImages } from '../../shared/contracts/index.ts';
import { readImage } from './images.ts';
import type { NewImage } from './journal/index.ts';
import type { AssetSummary, UnityAdapter } from './unity/types.ts';

/**
 * What the model is told of the assets that a message names: path, type, guid and size, one line each. Never an asset's
 * bytes, but pictures that a message may carry, as far as it has room. What cannot be read is said, and never fails the
 * message.
 */
export type AssetNotes = (
  sessionId: string,
  paths: readonly string[],
  imagesSoFar: number,
) => Promise<{ readonly text: string; readonly images: readonly NewImage[] }>;

/** For all assets of a message together. */
const limitMs = 8_000;

export function makeAssetNotes(deps: {
  readonly unity: Pick<UnityAdapter, 'summarizeAsset'> | null;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}): AssetNotes {
  const { unity, logger } = deps;

  async function read(path: string, sessionId: string, signal: AbortSignal): Promise<AssetSummary | string> {
    if (unity === null) return 'not read, because no Unity is connected';
    try {
      return await unity.summarizeAsset({ path }, { sessionId, callId: null, signal });
    } catch (error) {
      const { code, message } = toAppError(error);
      logger.info({ err: error, path, sessionId }, 'an asset of a message could not be read');
      return code === 'not_found' ? 'no such asset' : `not read: ${signal.aborted ? 'Unity did not answer' : message}`;
    }
  }

  return async (sessionId, paths, imagesSoFar) => {
    const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(limitMs)]);
    const unique = [...new Set(paths)];
    const found = await Promise.all(unique.map((path) => read(path, sessionId, signal)));
    const images: NewImage[] = [];
    const lines = found.map((asset, index) => {
      const path = unique[index] ?? '';
      if (typeof asset === 'string') return `- ${path}: ${asset}`;
      const image = asset.picture === null ? null : readImage(asset.picture);
      const fits = image !== null && typeof image !== 'string' && imagesSoFar + images.length < maxMessageImages;
      if (fits) images.push(image);
      return `- ${path}: ${describe(asset)}${fits ? ', shown to you as an image of the message' : ''}`;
    });
    return { text: `Assets of the project that the developer's message names:\n${lines.join('\n')}`, images };
  };
}

function describe({ info, sizeBytes }: AssetSummary): string {
  const kind = info.isFolder ? 'folder' : info.type;
  return [kind, `guid ${info.guid}`, ...(sizeBytes === null ? [] : [`${sizeBytes} bytes`])].join(', ');
}
