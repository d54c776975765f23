import { ProgramContext } from '../program/index.ts';
import { SettingsContext } from './settingsStore.ts';

/** While something is read; nothing once that failed, because the reason is said above. */
export function Reading({ what }: { readonly what: 'settings' | 'program' }) {
  const settingsFailed = SettingsContext.use((state) => state.error !== null);
  const programFailed = ProgramContext.use((state) => state.error !== null);
  const hasFailed = what === 'settings' ? settingsFailed : programFailed;
  return hasFailed ? null : <p role="status">Reading…</p>;
}
