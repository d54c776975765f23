import { dialog, type BrowserWindow } from 'electron';

/** What main asks the person in the system's own dialogs; each says what happened, what was kept and what can be done. */
type Parent = BrowserWindow | undefined;

const show = (parent: Parent, options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> =>
  parent === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(parent, options);

/** True when the person wants the restart now. */
export async function askRestart(parent: Parent, version: string): Promise<boolean> {
  const { response } = await show(parent, {
    type: 'question',
    title: 'SPARK',
    message: `SPARK ${version} is ready.`,
    detail: 'It is used after a restart, which takes a few seconds. Everything said and done is kept.',
    buttons: ['Restart now', 'Later'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

/** Tells that the last run ended badly; true when the person wants to see the report. */
export async function tellCrash(parent: Parent): Promise<boolean> {
  const { response } = await show(parent, {
    type: 'warning',
    title: 'SPARK',
    message: 'SPARK ended unexpectedly the last time.',
    detail:
      'What was said and done until then is kept. A report for whoever helps is on this machine; it was not sent.',
    buttons: ['Show the report', 'Close'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

/** Tells why the data stayed where they were. */
export async function tellNotMoved(parent: Parent, why: string): Promise<void> {
  await show(parent, {
    type: 'warning',
    title: 'SPARK',
    message: 'The data were not moved.',
    detail: `Everything is where it was. ${why}`,
    buttons: ['Close'],
  });
}

/** The folder that the person chose; undefined when none was. */
export async function askFolder(parent: Parent): Promise<string | undefined> {
  const options: Electron.OpenDialogOptions = {
    title: 'Move the data to this folder',
    buttonLabel: 'Move here and restart',
    properties: ['openDirectory', 'createDirectory'],
  };
  const { canceled, filePaths } = await (parent === undefined
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options));
  return canceled ? undefined : filePaths[0];
}
