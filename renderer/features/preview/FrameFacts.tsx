import type { FrameView } from '../../../shared/contracts/api/index.ts';
import { formatAge, formatBytes } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { changeTitle } from '../changes/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { viewNames } from './viewNames.ts';
import styles from './Preview.module.css';

/** Size, age and cause of a frame. */
export function FrameFacts({ frame, newest }: { readonly frame: FrameView; readonly newest: boolean }) {
  const change = OpenSessionContext.use((state) =>
    frame.changeId === null ? undefined : state.changes.get(frame.changeId),
  );
  const now = useNow(true, 15_000);
  const facts = [
    viewNames[frame.captureSource],
    frame.camera,
    `${frame.width} × ${frame.height}`,
    formatBytes(frame.sizeBytes),
    formatAge(frame.createdAt, now),
    change === undefined ? null : `after ${changeTitle(change)}`,
    frame.unchanged ? 'unchanged' : null,
    newest ? null : 'older frame',
  ];
  return <p className={styles.facts}>{facts.filter((fact) => fact !== null).join(' · ')}</p>;
}
