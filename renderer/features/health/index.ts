export { EditorChoice } from './EditorChoice.tsx';
export { HealthContext, makeHealth } from './healthStore.ts';
export type { HealthHandle } from './healthStore.ts';
export { HealthScreen } from './HealthScreen.tsx';
export { MissingDependencies } from './MissingDependencies.tsx';
export { OfflineBanner } from './OfflineBanner.tsx';
export { StatusBar } from './StatusBar.tsx';
