import {
  deconstructUnityAssetArgs,
  deconstructUnityAssetResult,
  type Uas,
  type UasNode,
} from '../../../../shared/contracts/index.ts';
import { compareUas, type UasComparison } from '../../../../shared/domain/index.ts';
import type { FunctionDefinition, HandlerContext } from '../types.ts';

/** About 8,000 tokens: more of one tree than that tells a model nothing that it could use at once. */
const maxModelCharacters = 32_000;
const shownChanges = 40;

export const deconstructUnityAsset: FunctionDefinition<
  typeof deconstructUnityAssetArgs,
  typeof deconstructUnityAssetResult
> = {
  name: 'deconstructUnityAsset',
  description:
    'Takes an asset apart (Universal Asset Schema): objects, components and values of a prefab or scene, values of a material, size of a texture, types of a script, curves of a clip, what it refers to, and what could not be read. Says what changed since you last did so. Reads the saved file; changes nothing.',
  args: deconstructUnityAssetArgs,
  result: deconstructUnityAssetResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 60_000,
  async handler(args, context) {
    const uas = await context.unity.unityDeconstructAsset(args, context);
    const nodes = countNodes(uas.hierarchy);
    const earlier = lastTime(context, uas.asset.path);
    const since = earlier === null ? {} : { sinceLastTime: compareUas(earlier, uas) };
    return {
      result: { success: true, uas, ...copyOf(since) },
      forModel: { success: true, ...forModel(uas, nodes), ...shortened(since) },
      summary: `${uas.asset.path} · ${whatIsInside(uas, nodes)}`,
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

/** The tree as this session read it last; a call of an older version may hold another form. */
function lastTime(context: HandlerContext, path: string): Uas | null {
  const calls = context.journal.calls.list(context.sessionId);
  for (const { view } of calls.toReversed()) {
    if (view.name !== 'deconstructUnityAsset' || view.state !== 'succeeded') continue;
    const { data } = deconstructUnityAssetResult.safeParse(view.result);
    if (data?.uas.asset.path === path) return data.uas;
  }
  return null;
}

interface Since {
  readonly sinceLastTime?: UasComparison;
}

const copyOf = ({ sinceLastTime }: Since) =>
  sinceLastTime === undefined
    ? {}
    : {
        sinceLastTime: {
          added: [...sinceLastTime.added],
          removed: [...sinceLastTime.removed],
          moved: [...sinceLastTime.moved],
          changed: sinceLastTime.changed.map(({ path, field, before, after }) => ({
            path,
            field,
            ...(before === undefined ? {} : { before }),
            ...(after === undefined ? {} : { after }),
          })),
        },
      };

/** The first of each kind; a model that wants all compares the trees. */
function shortened({ sinceLastTime }: Since): Record<string, unknown> {
  if (sinceLastTime === undefined) return {};
  const first = Object.entries(sinceLastTime).map(([kind, list]: [string, readonly unknown[]]) => [
    kind,
    list.length <= shownChanges ? list : [...list.slice(0, shownChanges), `and ${list.length - shownChanges} more`],
  ]);
  return { sinceLastTime: Object.fromEntries(first) };
}

function whatIsInside({ types, properties }: Uas, nodes: number): string {
  if (types !== undefined) return `${types.length} ${types.length === 1 ? 'type' : 'types'}`;
  if (nodes === 0 && properties !== undefined) return `${Object.keys(properties).length} properties`;
  return `${nodes} ${nodes === 1 ? 'object' : 'objects'}`;
}

const countNodes = (nodes: readonly UasNode[]): number =>
  nodes.reduce((sum, node) => sum + 1 + countNodes(node.children), 0);

/** The whole tree when it is small enough, else its first levels and a word about what was left out. */
function forModel(uas: Uas, nodes: number): Record<string, unknown> {
  if (JSON.stringify(uas).length <= maxModelCharacters) return { uas };
  const bare = { ...uas, hierarchy: uas.hierarchy.map(withoutValues) };
  for (const depth of [Number.POSITIVE_INFINITY, 4, 2, 1]) {
    const cut = { ...bare, hierarchy: cutBelow(bare.hierarchy, depth) };
    if (JSON.stringify(cut).length > maxModelCharacters) continue;
    const levels = Number.isFinite(depth) ? `Only ${depth} level(s) of ${nodes} objects are shown, ` : 'All objects, ';
    return { uas: cut, note: `${levels}without their values: the tree is too large for more.` };
  }
  return { asset: uas.asset, nodes, note: 'The tree is too large to be shown here.' };
}

const cutBelow = (nodes: readonly UasNode[], depth: number): UasNode[] =>
  nodes.map((node) => ({ ...node, children: depth > 1 ? cutBelow(node.children, depth - 1) : [] }));

const withoutValues = (node: UasNode): UasNode => ({
  ...node,
  components: node.components.map(({ properties: _left, ...component }) => component),
  children: node.children.map(withoutValues),
});
