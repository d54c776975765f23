import { searchUnityAssetsArgs, searchUnityAssetsResult } from '../../../../shared/contracts/index.ts';
import type { FunctionDefinition } from '../types.ts';

const maxAssets = 50;

export const searchUnityAssets: FunctionDefinition<typeof searchUnityAssetsArgs, typeof searchUnityAssetsResult> = {
  name: 'searchUnityAssets',
  description: 'Finds assets of the project by name under a folder, optionally of one type. Returns the first 50.',
  args: searchUnityAssetsArgs,
  result: searchUnityAssetsResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 30_000,
  async handler(args, context) {
    const found = await context.unity.searchAssets(args, context);
    return {
      result: { total: found.total, assets: found.assets.slice(0, maxAssets) },
      summary: `found ${found.total} ${found.total === 1 ? 'asset' : 'assets'} for "${args.query}"`,
    };
  },
};
