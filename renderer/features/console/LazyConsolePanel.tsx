import { lazy, Suspense } from 'react';

const Loaded = lazy(async () => ({ default: (await import('./ConsolePanel.tsx')).ConsolePanel }));

/** Loaded when it is shown for the first time. */
export const ConsolePanel = () => (
  <Suspense fallback={null}>
    <Loaded />
  </Suspense>
);
