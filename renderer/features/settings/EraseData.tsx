import { useState } from 'react';
import { Dialog } from 'radix-ui';
import { Button } from '../../components/Button.tsx';
import { countOf } from '../../lib/format.ts';
import { forgetWindow } from '../../lib/forgetWindow.ts';
import { ProgramContext } from '../program/index.ts';
import styles from './Settings.module.css';

/** Erases everything on this machine: asks once, says what stays, and never takes along unsent events unless told. */
export function EraseData({ unsentEvents }: { readonly unsentEvents: number }) {
  const busy = ProgramContext.use((state) => state.busy);
  const error = ProgramContext.use((state) => state.error);
  const { erase, forgetError, loadData } = ProgramContext.useHandle();
  const [open, setOpen] = useState(false);
  const [evenUnsent, setEvenUnsent] = useState(false);
  const mayErase = unsentEvents === 0 || evenUnsent;
  const toggle = (next: boolean): void => {
    forgetError();
    void loadData();
    setEvenUnsent(false);
    setOpen(next);
  };
  const eraseAll = async (): Promise<void> => {
    if (await erase(evenUnsent)) await forgetWindow();
  };
  return (
    <>
      <h4>Erase all local data</h4>
      <p className={styles.hint}>
        Sessions, frames, earlier contents of files, settings, rules, keys and the sandbox of this folder. Your Unity
        project is not touched.
      </p>
      <Dialog.Root open={open} onOpenChange={toggle}>
        <div className={styles.foot}>
          <Dialog.Trigger asChild>
            <Button>Erase…</Button>
          </Dialog.Trigger>
        </div>
        <Dialog.Portal>
          <Dialog.Overlay className={styles.overlay} />
          <Dialog.Content className={styles.confirm}>
            <Dialog.Title>Erase all data of SPARK on this machine?</Dialog.Title>
            <Dialog.Description className={styles.hint}>
              This cannot be undone: changes made so far stay in your project and cannot be taken back by SPARK any
              more. What was sent to NATS and PostgreSQL stays on those servers.
            </Dialog.Description>
            {unsentEvents === 0 ? null : (
              <label className={styles.check}>
                <input type="checkbox" checked={evenUnsent} onChange={(event) => setEvenUnsent(event.target.checked)} />
                Erase also {countOf(unsentEvents, 'event')} that no server has yet
              </label>
            )}
            {error === null ? null : (
              <p role="alert" className={styles.bad}>
                {error.message}
              </p>
            )}
            <div className={styles.foot}>
              <Dialog.Close asChild>
                <Button tone="quiet">Keep everything</Button>
              </Dialog.Close>
              <Button disabled={!mayErase || busy !== null} onClick={() => void eraseAll()}>
                {busy === 'erasing' ? 'Erasing…' : 'Erase everything'}
              </Button>
            </div>
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}
