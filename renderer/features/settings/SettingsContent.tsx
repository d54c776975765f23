import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { LimitsForm } from './LimitsForm.tsx';
import { Prices } from './Prices.tsx';
import { SettingsContext } from './settingsStore.ts';

/** Budgets, limits of a turn, prices. */
export function SettingsContent() {
  const settings = SettingsContext.use((state) => state.settings);
  const error = SettingsContext.use((state) => state.error);
  const { load } = SettingsContext.useHandle();
  return (
    <>
      {error === null ? null : (
        <Notice tone="warn" actions={<Button onClick={() => void load()}>Read again</Button>}>
          {error.message} What was set before still holds.
        </Notice>
      )}
      {settings === null ? (
        error === null && <p role="status">Reading…</p>
      ) : (
        <>
          <LimitsForm settings={settings} />
          <Prices />
        </>
      )}
    </>
  );
}
