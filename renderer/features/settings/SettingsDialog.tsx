import { lazy, Suspense, useEffect, useRef } from 'react';
import { X } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import styles from './Settings.module.css';

const SettingsContent = lazy(async () => ({ default: (await import('./SettingsContent.tsx')).SettingsContent }));

/** What is set about conversations. The browser's own dialog keeps the focus inside and gives it back. */
export function SettingsDialog() {
  const open = WindowContext.use((state) => state.settingsOpen);
  const { store } = WindowContext.useHandle();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = (): void => store.setState({ settingsOpen: false });
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="settings-title" onClose={close}>
      {open ? (
        <>
          <header className={styles.head}>
            <h2 id="settings-title">Conversation settings</h2>
            <IconButton icon={X} label="Close" onClick={close} />
          </header>
          <div className={styles.body}>
            <Suspense fallback={<p role="status">Opening…</p>}>
              <SettingsContent />
            </Suspense>
          </div>
        </>
      ) : null}
    </dialog>
  );
}
