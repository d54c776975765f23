import { lazy, Suspense } from 'react';

const Screen = lazy(async () => ({ default: (await import('./HistoryScreen.tsx')).HistoryScreen }));

/** Loaded when it is shown for the first time. */
export const HistoryScreen = () => (
  <Suspense fallback={null}>
    <Screen />
  </Suspense>
);
