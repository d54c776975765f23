import { lazy, Suspense } from 'react';

const SetupContent = lazy(async () => ({ default: (await import('./SetupContent.tsx')).SetupContent }));

/** The guided setup; loaded when it is shown for the first time, which for most people is once. */
export function SetupScreen() {
  return (
    <Suspense fallback={<p role="status">Opening…</p>}>
      <SetupContent />
    </Suspense>
  );
}
