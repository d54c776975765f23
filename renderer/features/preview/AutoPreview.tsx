import { SettingsContext } from '../settings/index.ts';
import styles from './Preview.module.css';

/** The setting, where its effect is seen. */
export function AutoPreview() {
  const auto = SettingsContext.use((state) => state.settings?.preview.auto);
  const { update } = SettingsContext.useHandle();
  if (auto === undefined) return null;
  return (
    <label className={styles.auto} title="Render a frame after each change that compiled">
      <input
        type="checkbox"
        aria-describedby="auto-render"
        checked={auto}
        onChange={(event) => void update({ preview: { auto: event.target.checked } })}
      />
      Auto-render
      <span id="auto-render" className="visuallyHidden">
        a frame after each change that compiled
      </span>
    </label>
  );
}
