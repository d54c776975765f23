export { folderOf, isUnder, parseAssetPath } from './assetPath.ts';
export type { AssetPathResult } from './assetPath.ts';
export { maxMendingRounds } from './mending.ts';
export { compareUas } from './compareUas.ts';
export type { UasChange, UasComparison, UasPlace } from './compareUas.ts';
export { medianOf, regressionsOf } from './buildRegression.ts';
export type { Regression } from './buildRegression.ts';
