import type { BrowserWindow } from 'electron';
import type { KnownWindows } from '../ipc/serveApi.ts';

export interface Windows extends KnownWindows {
  /** `slot`: the place among the windows that it was opened for. */
  add(window: BrowserWindow, slot: number): void;
  /** The lowest place that no open window has: each place is remembered by itself. */
  freeSlot(): number;
  /** The window that was used last; undefined when there is none. */
  front(): BrowserWindow | undefined;
  /** Brings the window that was used last to the front; false when there is none. */
  focus(): boolean;
  /** Loads the page of every window again. */
  reload(): void;
  isAlwaysOnTop(): boolean;
  /** Of every window, and of those that open later. */
  setAlwaysOnTop(on: boolean): void;
}

/** Above ordinary windows, below the system's own dialogs. */
const onTopLevel = 'floating';

/** The windows that are open now. */
export function makeWindows(options: {
  readonly alwaysOnTop: boolean;
  readonly onAlwaysOnTop: (on: boolean) => void;
}): Windows {
  // The one that was used last stands at the end.
  const open = new Map<number, { readonly window: BrowserWindow; readonly slot: number }>();
  let { alwaysOnTop } = options;
  const front = (): BrowserWindow | undefined => [...open.values()].at(-1)?.window;
  return {
    add(window, slot) {
      const { id } = window.webContents;
      const entry = { window, slot };
      open.set(id, entry);
      if (alwaysOnTop) window.setAlwaysOnTop(true, onTopLevel);
      window.on('focus', () => {
        open.delete(id);
        open.set(id, entry);
      });
      window.once('closed', () => open.delete(id));
    },
    freeSlot() {
      const taken = new Set([...open.values()].map(({ slot }) => slot));
      let slot = 0;
      while (taken.has(slot)) slot += 1;
      return slot;
    },
    front,
    has: (id) => open.has(id),
    send(channel, ...parameters) {
      for (const { window } of open.values()) {
        if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(channel, ...parameters);
      }
    },
    focus() {
      const window = front();
      if (window === undefined) return false;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return true;
    },
    reload() {
      for (const { window } of open.values()) if (!window.isDestroyed()) window.webContents.reloadIgnoringCache();
    },
    isAlwaysOnTop: () => alwaysOnTop,
    setAlwaysOnTop(on) {
      alwaysOnTop = on;
      for (const { window } of open.values()) if (!window.isDestroyed()) window.setAlwaysOnTop(on, onTopLevel);
      options.onAlwaysOnTop(on);
    },
  };
}
