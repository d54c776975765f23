import type { BrowserWindow } from 'electron';
import type { KnownWindows } from '../ipc/serveApi.ts';

export interface Windows extends KnownWindows {
  add(window: BrowserWindow): void;
  count(): number;
  /** Brings the first window to the front; false when there is none. */
  focus(): boolean;
  isAlwaysOnTop(): boolean;
  /** Of every window, and of those that open later. */
  setAlwaysOnTop(on: boolean): void;
}

/** Above ordinary windows, below the system's own dialogs. */
const onTopLevel = 'floating';

/** The windows that are open now. */
export function makeWindows(): Windows {
  const open = new Map<number, BrowserWindow>();
  let alwaysOnTop = false;
  return {
    add(window) {
      const { id } = window.webContents;
      open.set(id, window);
      if (alwaysOnTop) window.setAlwaysOnTop(true, onTopLevel);
      window.once('closed', () => open.delete(id));
    },
    count: () => open.size,
    has: (id) => open.has(id),
    send(channel, ...parameters) {
      for (const window of open.values()) {
        if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(channel, ...parameters);
      }
    },
    focus() {
      const [window] = open.values();
      if (window === undefined) return false;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return true;
    },
    isAlwaysOnTop: () => alwaysOnTop,
    setAlwaysOnTop(on) {
      alwaysOnTop = on;
      for (const window of open.values()) if (!window.isDestroyed()) window.setAlwaysOnTop(on, onTopLevel);
    },
  };
}
