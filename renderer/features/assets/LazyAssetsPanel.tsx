import { lazy, Suspense } from 'react';

const Loaded = lazy(async () => ({ default: (await import('./AssetsPanel.tsx')).AssetsPanel }));

/** Loaded when it is shown for the first time. */
export const AssetsPanel = () => (
  <Suspense fallback={null}>
    <Loaded />
  </Suspense>
);
