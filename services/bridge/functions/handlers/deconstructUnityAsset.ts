import {
  deconstructUnityAssetArgs,
  deconstructUnityAssetResult,
  type Uas,
  type UasNode,
} from '../../../../shared/contracts/index.ts';
import type { FunctionDefinition } from '../types.ts';

/** About 8,000 tokens: more of one tree than that tells a model nothing that it could use at once. */
const maxModelCharacters = 32_000;

export const deconstructUnityAsset: FunctionDefinition<
  typeof deconstructUnityAssetArgs,
  typeof deconstructUnityAssetResult
> = {
  name: 'deconstructUnityAsset',
  description:
    'Takes a prefab, scene or other asset apart into a tree of objects and components (Universal Asset Schema), and says what could not be read.',
  args: deconstructUnityAssetArgs,
  result: deconstructUnityAssetResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 60_000,
  async handler(args, context) {
    const uas = await context.unity.unityDeconstructAsset(args, context);
    const nodes = countNodes(uas.hierarchy);
    return {
      result: { success: true, uas },
      forModel: { success: true, ...forModel(uas, nodes) },
      summary: `${uas.asset.path} · ${nodes} ${nodes === 1 ? 'object' : 'objects'}`,
      keep: () => [
        context.journal.outbox.append(context.sessionId, {
          type: 'runtime.unity.asset_deconstructed',
          callId: context.callId,
          path: uas.asset.path,
          ...(uas.asset.guid === undefined ? {} : { guid: uas.asset.guid.slice(0, 64) }),
          assetType: uas.asset.type.slice(0, 256),
          name: uas.asset.name.slice(0, 256),
          uasVersion: uas.uasVersion,
          nodes,
          unreadable: uas.unreadable.length,
        }),
      ],
    };
  },
};

const countNodes = (nodes: readonly UasNode[]): number =>
  nodes.reduce((sum, node) => sum + 1 + countNodes(node.children), 0);

/** The whole tree when it is small enough, else its first levels and a word about what was left out. */
function forModel(uas: Uas, nodes: number): Record<string, unknown> {
  for (const depth of [Number.POSITIVE_INFINITY, 4, 2, 1]) {
    const cut = { ...uas, hierarchy: cutBelow(uas.hierarchy, depth) };
    if (JSON.stringify(cut).length <= maxModelCharacters) {
      return Number.isFinite(depth)
        ? { uas: cut, note: `Only ${depth} level(s) of ${nodes} objects are shown.` }
        : { uas };
    }
  }
  return { asset: uas.asset, nodes, note: 'The tree is too large to be shown here.' };
}

const cutBelow = (nodes: readonly UasNode[], depth: number): UasNode[] =>
  nodes.map((node) => ({ ...node, children: depth > 1 ? cutBelow(node.children, depth - 1) : [] }));
