export { folderOf, isUnder, parseAssetPath } from './assetPath.ts';
export type { AssetPathResult } from './assetPath.ts';
