import { BrowserWindow, screen } from 'electron';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { appUrl } from '../security/origin.ts';
import { minimumSize, placeWindow, readBounds, writeBounds } from './bounds.ts';

export interface WindowOptions {
  /** The bundled preload, absolute. */
  readonly preload: string;
  /** Where the window's place is remembered. */
  readonly boundsFile: string;
  /** How many windows are open already: a further one does not hide the one before. */
  readonly openWindows: number;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/** After a crash the page is loaded again, but not over and over. */
const minimumLifeMs = 10_000;
/** How far a further window is beside the one before it, in pixels. */
const cascade = 28;

/** Opens the window where it was last. It is shown when its first frame is ready, so that nothing flashes. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { boundsFile, lifecycle, logger } = options;
  const remembered = readBounds(boundsFile);
  const shift = options.openWindows * cascade;
  const place = remembered && { ...remembered, x: remembered.x + shift, y: remembered.y + shift };
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const window = new BrowserWindow({
    ...placeWindow(place, [primary.workArea, ...others.map((display) => display.workArea)]),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'SPARK',
    backgroundColor: '#151515',
    autoHideMenuBar: true,
    show: false,
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      // Chromium would fetch dictionaries from the internet.
      spellcheck: false,
    },
  });
  if (remembered?.maximized === true && options.openWindows === 0) window.maximize();
  window.once('ready-to-show', () => window.show());

  const remember = (): void => {
    if (window.isDestroyed()) return;
    try {
      writeBounds(boundsFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (error) {
      logger.warn({ err: error }, 'the place of the window could not be remembered');
    }
  };
  window.on('close', remember);
  const forget = lifecycle.own('window bounds', remember);
  window.once('closed', () => void forget());

  let loadedAt = performance.now();
  window.webContents.on('render-process-gone', (_event, details) => {
    logger.error({ reason: details.reason, exitCode: details.exitCode }, 'the window crashed');
    if (details.reason === 'clean-exit' || performance.now() - loadedAt < minimumLifeMs) return;
    loadedAt = performance.now();
    window.webContents.reload();
  });
  window.loadURL(appUrl).catch((error: unknown) => {
    logger.error({ err: error }, 'the window could not be loaded');
  });
  return window;
}
