import { readFile, stat } from 'node:fs/promises';
import { maxImageBytes } from '../../../shared/contracts/index.ts';
import type { Assets } from './assets.ts';
import { resolveInAssets } from './diskPath.ts';
import { requireAssetPath, type ProjectFiles } from './files.ts';
import type { AssetSummary, CallContext } from './types.ts';

const pictures = /\.(png|jpe?g)$/i;

export function makeAssetSummary(deps: {
  readonly assets: Pick<Assets, 'info'>;
  readonly files: Pick<ProjectFiles, 'root'>;
}): (args: { path: string }, context: CallContext) => Promise<AssetSummary> {
  return async (args, context) => {
    const path = requireAssetPath(args.path);
    const info = await deps.assets.info({ path }, context);
    const root = await deps.files.root(context.signal);
    const real = root === null || info.isFolder ? null : await resolveInAssets(root, path);
    if (real === null) return { info, sizeBytes: null, picture: null };
    const { size } = await stat(real);
    const isPicture = pictures.test(path) && size <= maxImageBytes;
    return { info, sizeBytes: size, picture: isPicture ? await readFile(real) : null };
  };
}
