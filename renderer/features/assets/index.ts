export { AssetsContext, makeAssets } from './assetsStore.ts';
export { AssetsPanel } from './LazyAssetsPanel.tsx';
