export { AssetSearchContext, makeAssetSearch } from './assetSearch.ts';
export { ChatContext, makeChat } from './chatStore.ts';
export type { ChatHandle } from './chatTypes.ts';
export { toMention } from './mentions.ts';
export { ChatView } from './ChatView.tsx';
export { ImagesContext, makeImages } from './imagesStore.ts';
export { loadMarkdown } from './loadMarkdown.ts';
