import { lazy, Suspense } from 'react';

const SettingsContent = lazy(async () => ({ default: (await import('./SettingsContent.tsx')).SettingsContent }));

/** Loaded when it is shown for the first time. */
export function SettingsScreen() {
  return (
    <Suspense fallback={<p role="status">Opening…</p>}>
      <SettingsContent />
    </Suspense>
  );
}
