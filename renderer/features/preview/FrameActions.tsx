import { useState } from 'react';
import { Columns2, Copy, Download, MessageSquarePlus } from 'lucide-react';
import type { FrameView } from '../../../shared/contracts/api/index.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { useOneColumn, WindowContext } from '../../lib/windowStore.ts';
import { ChatContext } from '../chat/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { FramesContext } from './framesStore.ts';
import styles from './Preview.module.css';

export interface FrameActionsProps {
  readonly frame: FrameView;
  readonly comparing: boolean;
  /** Undefined where there is nothing to compare with. */
  readonly onCompare: (() => void) | undefined;
}

/** What can be done with the frame that is shown. */
export function FrameActions({ frame, comparing, onCompare }: FrameActionsProps) {
  const image = FramesContext.use((state) => state.images.get(frame.frameId));
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const { drafts } = ChatContext.useHandle();
  const { store } = WindowContext.useHandle();
  const narrow = useOneColumn();
  // What was done, of this frame: of another one nothing was done yet.
  const [done, setDone] = useState({ frameId: '', words: '' });
  const say = (words: string): void => setDone({ frameId: frame.frameId, words });
  const ready = image?.kind === 'ready' ? image : null;

  const copy = async (blob: Blob): Promise<void> => {
    try {
      await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
      say('Copied.');
    } catch {
      say('The clipboard did not take the picture. Save it instead.');
    }
  };
  const add = async (blob: Blob): Promise<void> => {
    if (sessionId === null) return;
    await drafts.addFiles(sessionId, [blob]);
    say('Added to your message.');
    // The message box is in the chat, which the panel covers in a narrow window.
    if (narrow) store.setState({ panelOpen: false });
  };
  return (
    <div className={styles.actions} role="toolbar" aria-label="This frame">
      <IconButton
        label={comparing ? 'End the comparison' : 'Compare with the frame before it (Shift-click another)'}
        icon={Columns2}
        side="top"
        aria-pressed={comparing}
        disabled={onCompare === undefined}
        onClick={onCompare}
      />
      <IconButton
        label="Add to the message"
        icon={MessageSquarePlus}
        side="top"
        disabled={ready === null || sessionId === null}
        onClick={() => ready !== null && void add(ready.blob)}
      />
      <IconButton
        label="Copy the picture"
        icon={Copy}
        side="top"
        disabled={ready === null}
        onClick={() => ready !== null && void copy(ready.blob)}
      />
      <IconButton
        label="Save the picture"
        icon={Download}
        side="top"
        disabled={ready === null}
        onClick={() => ready !== null && save(ready.url, nameOf(frame))}
      />
      <span role="status" className={styles.done}>
        {done.frameId === frame.frameId ? done.words : ''}
      </span>
    </div>
  );
}

/** `game-view-2026-11-23-09-00-03.png` */
const nameOf = ({ captureSource, createdAt, mimeType }: FrameView): string =>
  `${captureSource.replaceAll('_', '-')}-${createdAt.slice(0, 19).replaceAll(/[T:]/g, '-')}.${mimeType === 'image/jpeg' ? 'jpg' : 'png'}`;

function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
