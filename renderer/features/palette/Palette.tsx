import { lazy, Suspense, useEffect, useRef } from 'react';
import { WindowContext } from '../../lib/windowStore.ts';
import styles from './Palette.module.css';

const PaletteList = lazy(async () => ({ default: (await import('./PaletteList.tsx')).PaletteList }));

/** ⌘K: every action, session, changed file and asset. The browser's own dialog keeps the focus inside and gives it back. */
export function Palette() {
  const open = WindowContext.use((state) => state.paletteOpen);
  const { store } = WindowContext.useHandle();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = (): void => store.setState({ paletteOpen: false });

  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- a click beside it closes it; Escape does the same
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label="Commands"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      {open ? (
        <Suspense fallback={null}>
          <PaletteList onDone={close} />
        </Suspense>
      ) : null}
    </dialog>
  );
}
