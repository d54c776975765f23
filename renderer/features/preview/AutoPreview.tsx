import { useState } from 'react';
import { SettingsContext } from '../settings/index.ts';
import styles from './Preview.module.css';

/** The setting, where its effect is seen. */
export function AutoPreview() {
  const auto = SettingsContext.use((state) => state.settings?.preview.auto);
  const { update } = SettingsContext.useHandle();
  // Shown at once; what the bridge answers holds.
  const [wanted, setWanted] = useState<boolean | null>(null);
  if (auto === undefined) return null;
  const set = async (next: boolean): Promise<void> => {
    setWanted(next);
    await update({ preview: { auto: next } });
    setWanted(null);
  };
  return (
    <label className={styles.auto} title="Render a frame after each change that compiled">
      <input
        type="checkbox"
        aria-describedby="auto-render"
        checked={wanted ?? auto}
        onChange={(event) => void set(event.target.checked)}
      />
      Auto-render
      <span id="auto-render" className="visuallyHidden">
        a frame after each change that compiled
      </span>
    </label>
  );
}
