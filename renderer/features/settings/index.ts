export { SettingsDialog } from './SettingsDialog.tsx';
export { SettingsContext, makeSettings } from './settingsStore.ts';
