import type { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import type { Uas } from '../../../shared/contracts/uas.ts';
import type { UnityCalls } from './calls.ts';
import type { Deconstruct } from './deconstruct.ts';
import { requireAssetPath } from './files.ts';
import { assetData, assetSearchData } from './replies.ts';
import type { AssetInfo, CallContext } from './types.ts';

/** Reads of assets: information, search, and the tree of what can be taken apart. */
export interface Assets {
  /** Of a path that is known to lie under Assets/. */
  readonly infoOf: (path: string, signal: AbortSignal) => Promise<AssetInfo>;
  readonly info: (args: { path: string }, context: CallContext) => Promise<AssetInfo>;
  readonly search: (
    args: { query: string; folder: string; type?: string | undefined },
    context: Pick<CallContext, 'signal'>,
  ) => Promise<{ total: number; assets: AssetInfo[] }>;
  readonly deconstruct: (args: { path: string }, context: CallContext) => Promise<Uas>;
}

const pageSize = 50;

export function makeAssets(deps: {
  readonly calls: Pick<UnityCalls, 'read'>;
  readonly deconstruct: Deconstruct;
}): Assets {
  const { calls, deconstruct } = deps;

  async function info(path: string, signal: AbortSignal): Promise<AssetInfo> {
    return toAssetInfo(await calls.read('manage_asset', { action: 'get_info', path }, assetData, signal));
  }

  return {
    infoOf: info,
    info: ({ path }, { signal }) => info(requireAssetPath(path), signal),

    async search({ query, folder, type }, { signal }) {
      const path = requireAssetPath(folder);
      // Unity takes a folder that does not exist for the whole project, and loads every asset in it.
      const place = await info(path, signal);
      if (!place.isFolder) throw new AppError('not_found', `${path} is not a folder.`, { data: { path } });
      const filter = type === undefined ? {} : { filter_type: type };
      const args = { action: 'search', path, search_pattern: query, ...filter, page_size: pageSize, page_number: 1 };
      const { totalAssets, assets } = await calls.read('manage_asset', args, assetSearchData, signal);
      return { total: totalAssets, assets: assets.map(toAssetInfo) };
    },

    deconstruct: async (args, { signal }) =>
      await deconstruct.takeApart(await info(requireAssetPath(args.path), signal), signal),
  };
}

const toAssetInfo = (data: z.infer<typeof assetData>): AssetInfo => ({
  path: data.path,
  guid: data.guid,
  type: data.assetType ?? 'unknown',
  name: data.name,
  isFolder: data.isFolder,
  ...(data.lastWriteTimeUtc == null ? {} : { modifiedAt: data.lastWriteTimeUtc }),
});
