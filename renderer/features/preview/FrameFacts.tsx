import type { FrameView } from '../../../shared/contracts/api/index.ts';
import { formatAge, formatBytes } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { showPanel, WindowContext } from '../../lib/windowStore.ts';
import { changeTitle } from '../changes/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { viewNames } from './viewNames.ts';
import styles from './Preview.module.css';

/** Size, age and cause of a frame; the cause leads to its diff. */
export function FrameFacts({ frame, newest }: { readonly frame: FrameView; readonly newest: boolean }) {
  const change = OpenSessionContext.use((state) =>
    frame.changeId === null ? undefined : state.changes.get(frame.changeId),
  );
  const { store } = WindowContext.useHandle();
  const now = useNow(true, 15_000);
  const facts = [
    viewNames[frame.captureSource],
    frame.camera === null ? null : safeText(frame.camera),
    unbroken(`${frame.width} × ${frame.height}`),
    unbroken(formatBytes(frame.sizeBytes)),
    unbroken(formatAge(frame.createdAt, now)),
    frame.unchanged ? 'unchanged' : null,
    newest ? null : 'older frame',
  ];
  return (
    <p className={styles.facts}>
      {facts.filter((fact) => fact !== null).join(' · ')}
      {change === undefined ? null : (
        <>
          {' · after '}
          <button
            type="button"
            className={styles.cause}
            onClick={() => showPanel(store, 'changes', { changeId: change.changeId })}
          >
            {safeText(changeTitle(change))}
          </button>
        </>
      )}
    </p>
  );
}

/** A number stays with its unit. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');
