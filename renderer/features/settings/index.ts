export { SettingsContext, makeSettings } from './settingsStore.ts';
