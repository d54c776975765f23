import { X } from 'lucide-react';
import type { DraftImage } from './drafts.ts';
import styles from './Composer.module.css';

/** The images of a message that is being written. */
export function Attachments(props: {
  readonly images: readonly DraftImage[];
  readonly onRemove: (id: string) => void;
}) {
  if (props.images.length === 0) return null;
  return (
    <ul className={styles.attachments} aria-label="Images of this message">
      {props.images.map(({ id, url, width, height }, index) => (
        <li key={id} className={styles.attachment}>
          <img src={url} alt={`${index + 1}: ${width} × ${height}`} data-testid="draft-image" />
          <button
            type="button"
            className={styles.remove}
            aria-label={`Remove image ${index + 1}`}
            onClick={() => props.onRemove(id)}
          >
            <X aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
