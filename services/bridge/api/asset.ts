import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { ApiParts } from './types.ts';

/** Enough to choose from; more letters find the rest. */
const maxAssets = 20;
const limitMs = 5_000;

export function assetRoutes(parts: Pick<ApiParts, 'journal' | 'unity' | 'signal'>): Pick<ApiHandlers, 'asset.search'> {
  const { journal, unity } = parts;
  return {
    'asset.search': async ({ sessionId, query }) => {
      journal.sessions.require(sessionId);
      if (unity === null) {
        throw new AppError('unity_unavailable', 'No Unity is connected, so its assets are not known here.');
      }
      const signal = AbortSignal.any([parts.signal, AbortSignal.timeout(limitMs)]);
      // Unity reads `t:`, `l:` and the like as filters; a name is all that is asked for here.
      const name = query.replaceAll(/[:"\\]/g, ' ').trim();
      const found = await unity.searchAssets({ query: name, folder: 'Assets' }, { sessionId, callId: null, signal });
      return { total: found.total, assets: found.assets.slice(0, maxAssets) };
    },
  };
}
