import type { CaptureSource } from '../../../shared/contracts/functions.ts';
import { FramesContext } from './framesStore.ts';
import { viewNames } from './viewNames.ts';
import styles from './Preview.module.css';

/** What the next frame shows: a view, and for the game view a camera by its name. */
export function ViewChoice() {
  const view = FramesContext.use((state) => state.view);
  const { choose } = FramesContext.useHandle();
  return (
    <div className={styles.choice}>
      <select
        className={styles.select}
        aria-label="View of the next frame"
        value={view.source}
        onChange={(event) => choose({ source: event.target.value as CaptureSource })}
      >
        {Object.entries(viewNames).map(([source, name]) => (
          <option key={source} value={source}>
            {name}
          </option>
        ))}
      </select>
      {view.source === 'game_view' ? (
        <input
          className={styles.camera}
          aria-label="Camera by name"
          placeholder="Main camera"
          maxLength={256}
          value={view.camera}
          onChange={(event) => choose({ camera: event.target.value })}
        />
      ) : null}
    </div>
  );
}
