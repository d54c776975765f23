import {
  deconstructUnityAssetResult,
  ingestUnityAssetResult,
  type ApiHandlers,
  type CallView,
} from '../../../shared/contracts/index.ts';
import { AppError, InvariantError } from '../../../shared/errors/index.ts';
import { dispatchByPerson } from './byPerson.ts';
import type { ApiParts } from './types.ts';

/** Enough to choose from; more letters find the rest. */
const maxAssets = 20;
const maxSnapshots = 50;
const limitMs = 5_000;
const deconstruct = 'deconstructUnityAsset';

type AssetParts = Pick<ApiParts, 'journal' | 'unity' | 'signal' | 'dispatcher' | 'project'>;
type AssetRoutes = Pick<
  ApiHandlers,
  'asset.search' | 'asset.ingest' | 'asset.deconstruct' | 'asset.snapshots' | 'asset.snapshot'
>;

export function assetRoutes(parts: AssetParts): AssetRoutes {
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
    'asset.ingest': async ({ sessionId, ...args }) => {
      const call = await dispatchByPerson(parts, sessionId, 'ingestUnityAsset', args).finished;
      const { success: _done, ...result } = ingestUnityAssetResult.parse(call.result);
      return result;
    },
    'asset.deconstruct': async ({ sessionId, path }) => {
      const call = await dispatchByPerson(parts, sessionId, deconstruct, { path }).finished;
      const uas = uasOf(call);
      if (uas === null) throw new InvariantError('An asset was taken apart without a tree.');
      return { callId: call.callId, uas };
    },
    'asset.snapshots': async ({ sessionId, path }) => {
      journal.sessions.require(sessionId);
      const projectName = journal.sessions.projectOf(sessionId)?.name ?? parts.project().name ?? '';
      return { snapshots: journal.calls.ofPath(projectName, deconstruct, path, maxSnapshots) };
    },
    'asset.snapshot': async ({ sessionId, callId }) => {
      const call = journal.calls.get(sessionId, callId)?.view;
      const uas = call?.name === deconstruct ? uasOf(call) : null;
      if (uas !== null) return { uas };
      throw new AppError(
        'not_found',
        'This snapshot is not kept any more, or an older SPARK wrote it in another form.',
        {
          data: { callId },
        },
      );
    },
  };
}

/** Null where the call has no tree, or one of a form that is not known. */
const uasOf = (call: CallView) => deconstructUnityAssetResult.safeParse(call.result).data?.uas ?? null;
