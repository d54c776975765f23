import type { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import type { Uas } from '../../../shared/contracts/uas.ts';
import type { UnityCalls } from './calls.ts';
import { requireAssetPath } from './files.ts';
import { assetData, assetSearchData, componentsData, prefabHierarchyData } from './replies.ts';
import type { AssetInfo, CallContext } from './types.ts';
import { uasNodesOf } from './uasTree.ts';

/** Reads of assets: information, search, and the tree of what can be taken apart. */
export interface Assets {
  readonly info: (args: { path: string }, context: CallContext) => Promise<AssetInfo>;
  readonly search: (
    args: { query: string; folder: string; type?: string | undefined },
    context: CallContext,
  ) => Promise<{ total: number; assets: AssetInfo[] }>;
  readonly deconstruct: (args: { path: string }, context: CallContext) => Promise<Uas>;
}

const pageSize = 50;

export function makeAssets(deps: { readonly calls: Pick<UnityCalls, 'read'> }): Assets {
  const { calls } = deps;

  async function info(path: string, signal: AbortSignal): Promise<AssetInfo> {
    return toAssetInfo(await calls.read('manage_asset', { action: 'get_info', path }, assetData, signal));
  }

  /** Prefabs have a tool of their own; of any other GameObject asset only the root's components can be asked for. */
  async function hierarchyOf(asset: AssetInfo, signal: AbortSignal): Promise<Pick<Uas, 'hierarchy' | 'unreadable'>> {
    if (asset.path.endsWith('.prefab')) {
      const args = { action: 'get_hierarchy', prefab_path: asset.path };
      const { items } = await calls.read('manage_prefabs', args, prefabHierarchyData, signal);
      return {
        hierarchy: uasNodesOf(items, asset.path),
        unreadable: [
          { what: 'transforms and property values', why: 'the prefab would have to be opened in the editor' },
        ],
      };
    }
    if (!/GameObject/.test(asset.type))
      return { hierarchy: [], unreadable: [{ what: 'contents', why: whyNot(asset) }] };
    const args = { action: 'get_components', path: asset.path };
    const components = await calls.read('manage_asset', args, componentsData, signal);
    const types = components.map(({ typeName }) => ({ type: typeName }));
    return {
      hierarchy: [{ id: '0', name: asset.name, active: true, components: types, children: [] }],
      unreadable: [{ what: 'children of the root', why: 'Unity MCP lists the hierarchy of prefabs only' }],
    };
  }

  return {
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

    async deconstruct(args, { signal }) {
      const asset = await info(requireAssetPath(args.path), signal);
      const { hierarchy, unreadable } = await hierarchyOf(asset, signal);
      return {
        uasVersion: '1.0',
        asset: { path: asset.path, guid: asset.guid, type: asset.type, name: asset.name },
        hierarchy,
        unreadable: [...unreadable, { what: 'dependencies', why: 'Unity MCP has no tool that lists them' }],
      };
    },
  };
}

function whyNot(asset: AssetInfo): string {
  if (asset.isFolder) return 'a folder has no parts; search it instead';
  if (asset.path.endsWith('.unity')) return 'a scene is listed only while it is open in the editor';
  if (asset.path.endsWith('.cs')) return 'a script is text; read it instead';
  return `Unity MCP does not read the properties of ${asset.type}`;
}

const toAssetInfo = (data: z.infer<typeof assetData>): AssetInfo => ({
  path: data.path,
  guid: data.guid,
  type: data.assetType ?? 'unknown',
  name: data.name,
  isFolder: data.isFolder,
  ...(data.lastWriteTimeUtc == null ? {} : { modifiedAt: data.lastWriteTimeUtc }),
});
