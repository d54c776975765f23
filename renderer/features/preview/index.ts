export { FramesContext, makeFrames } from './framesStore.ts';
export type { FramesHandle } from './framesStore.ts';
export { PreviewPanel } from './PreviewPanel.tsx';
