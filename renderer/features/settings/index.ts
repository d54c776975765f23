export { SettingsScreen } from './SettingsScreen.tsx';
export { SettingsContext, makeSettings } from './settingsStore.ts';
export { ConfigRow } from './ConfigRow.tsx';
export { useConfigDraft } from './useConfigDraft.ts';
