import { useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { ImagesContext } from './imagesStore.ts';
import styles from './Message.module.css';

/** Thumbnails of a message's images; one that is clicked opens as large as the window. */
export function MessageImages({ message }: { readonly message: MessageView }) {
  const { images = [] } = message;
  if (images.length === 0) return null;
  return (
    <ul className={styles.images} aria-label="Images">
      {images.map((image, index) => (
        <li key={index}>
          <Thumbnail message={message} index={index} />
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ message, index }: { readonly message: MessageView; readonly index: number }) {
  const image = message.images?.[index];
  const url = ImagesContext.use((state) => (image === undefined ? undefined : state.urls.get(image.sha256)));
  const { show } = ImagesContext.useHandle();
  const [large, setLarge] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  // Again when it was released to make room for others.
  useEffect(() => {
    if (url === undefined) void show(message, index);
  }, [url, show, message, index]);
  useEffect(() => {
    if (large) dialog.current?.showModal();
    else dialog.current?.close();
  }, [large]);
  if (image === undefined) return null;
  const name = `Image ${index + 1}, ${image.width} × ${image.height}`;
  const close = (): void => setLarge(false);
  if (url === false) return <span className={styles.noImage}>{name} could not be read.</span>;
  return (
    <>
      <button
        type="button"
        className={styles.thumbnail}
        style={{ aspectRatio: `${image.width} / ${image.height}` }}
        aria-label={`Open ${name}`}
        onClick={() => setLarge(true)}
      >
        {url == null ? null : <img src={url} alt="" data-testid="message-image" />}
      </button>
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- a click beside it closes it; Escape does the same */}
      <dialog ref={dialog} className={styles.large} aria-label={name} onClose={close} onClick={close}>
        {large && url != null ? (
          <>
            <img src={url} alt={name} />
            <Button onClick={close}>Close</Button>
          </>
        ) : null}
      </dialog>
    </>
  );
}
