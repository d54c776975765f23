export { BuildContext, makeBuild } from './buildStore.ts';
export type { BuildHandle } from './buildStore.ts';
export { BuildPanel } from './BuildPanel.tsx';
