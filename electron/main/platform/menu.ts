import type { MenuItemConstructorOptions } from 'electron';

/** The application menu: what an editor's user expects on the usual keys, and no way to leave the page. */
export function menuTemplate(options: {
  readonly isMac: boolean;
  readonly isPackaged: boolean;
  readonly onNewWindow: () => void;
  readonly onOpenLogs: () => void;
  readonly onCopyReport: () => void;
}): MenuItemConstructorOptions[] {
  const { isMac, isPackaged } = options;
  const newWindow: MenuItemConstructorOptions = {
    label: 'New window',
    accelerator: 'CmdOrCtrl+Shift+N',
    click: options.onNewWindow,
  };
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const developer: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ];
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : [{ label: 'File', submenu: [newWindow, { role: 'quit' as const }] }]),
    { role: 'editMenu' },
    { label: 'View', submenu: isPackaged ? view : [...view, ...developer] },
    isMac
      ? { label: 'Window', role: 'window', submenu: [newWindow, { role: 'minimize' }, { role: 'close' }] }
      : { role: 'windowMenu' },
    {
      label: 'Help',
      role: 'help',
      submenu: [
        { label: 'Open logs', click: options.onOpenLogs },
        { label: 'Copy a report', click: options.onCopyReport },
      ],
    },
  ];
}
