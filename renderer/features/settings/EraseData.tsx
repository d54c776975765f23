import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { countOf } from '../../lib/format.ts';
import { forgetWindow } from '../../lib/forgetWindow.ts';
import { ProgramContext } from '../program/index.ts';
import form from '../../components/Form.module.css';

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
      <h3>Erase all local data</h3>
      <p className={form.hint}>
        Sessions, frames, earlier contents of files, settings, rules, keys and the sandbox of this folder. Your Unity
        project is not touched.
      </p>
      <div className={form.foot}>
        <Button onClick={() => toggle(true)}>Erase…</Button>
      </div>
      {open ? (
        <Dialog
          title="Erase all data of SPARK on this machine?"
          about="This cannot be undone: changes made so far stay in your project and cannot be taken back by SPARK any more. What was sent to NATS and PostgreSQL stays on those servers."
          keep="Keep everything"
          onClose={() => toggle(false)}
          action={
            <Button disabled={!mayErase || busy !== null} onClick={() => void eraseAll()}>
              {busy === 'erasing' ? 'Erasing…' : 'Erase everything'}
            </Button>
          }
        >
          {unsentEvents === 0 ? null : (
            <label className={form.check}>
              <input type="checkbox" checked={evenUnsent} onChange={(event) => setEvenUnsent(event.target.checked)} />
              Erase also {countOf(unsentEvents, 'event')} that no server has yet
            </label>
          )}
          {error === null ? null : (
            <p role="alert" className={form.bad}>
              {error.message}
            </p>
          )}
        </Dialog>
      ) : null}
    </>
  );
}
