import { listUnitySceneArgs, listUnitySceneResult } from '../../../../shared/contracts/index.ts';
import { capItems } from '../capped.ts';
import type { FunctionDefinition } from '../types.ts';

export const listUnityScene: FunctionDefinition<typeof listUnitySceneArgs, typeof listUnitySceneResult> = {
  name: 'listUnityScene',
  description:
    'Lists the objects of the open scene with their components, upper levels first; with `root` only what is under that object.',
  args: listUnitySceneArgs,
  result: listUnitySceneResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 60_000,
  async handler(args, context) {
    const { scene, objects, more } = await context.unity.listScene({ root: args.root, limit: args.limit }, context);
    const rows = objects.map(({ path, active, components, children }) => ({
      path,
      components: components.filter((name) => name !== 'Transform'),
      ...(active ? {} : { active: false as const }),
      ...(children === 0 ? {} : { children }),
    }));
    const { items, cut } = capItems(rows, (left) => `${left} more objects were found; name a root to see them.`);
    const limited = more ? `Only the first ${args.limit} objects were looked at; name a root or a higher limit.` : null;
    const words = [cut, limited].filter((text) => text !== null).join(' ');
    return {
      result: { scene, objects: items, ...(words === '' ? {} : { cut: words }) },
      summary: `${scene} · ${objects.length}${more ? '+' : ''} ${objects.length === 1 ? 'object' : 'objects'}`,
    };
  },
};
