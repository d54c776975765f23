import type { BrowserWindow } from 'electron';
import type { KnownWindows } from '../ipc/serveApi.ts';

export interface Windows extends KnownWindows {
  add(window: BrowserWindow): void;
  /** Brings the first window to the front; false when there is none. */
  focus(): boolean;
}

/** The windows that are open now. */
export function makeWindows(): Windows {
  const open = new Map<number, BrowserWindow>();
  return {
    add(window) {
      const { id } = window.webContents;
      open.set(id, window);
      window.once('closed', () => open.delete(id));
    },
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
  };
}
