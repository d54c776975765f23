import { BrowserWindow, dialog, screen } from 'electron';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { appUrl } from '../security/origin.ts';
import { minimumSize, placeWindow, readBounds, writeBounds, type Rectangle } from './bounds.ts';
import { makeCrashPolicy } from './windowCrash.ts';

export interface WindowOptions {
  /** The bundled preload, absolute. */
  readonly preload: string;
  /** Where this window's place is remembered. */
  readonly boundsFile: string;
  /** The window that is in front now: a further one that has no place of its own yet does not hide it. */
  readonly beside: Rectangle | undefined;
  /** Shown first; else the session of the last time. */
  readonly sessionId: string | undefined;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}

/** How far a further window is beside the one before it, in pixels. */
const cascade = 28;

/** Opens the window where it was last. It is shown when its first frame is ready, so that nothing flashes. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { boundsFile, lifecycle, logger } = options;
  const remembered = readBounds(boundsFile);
  const { beside } = options;
  const place = remembered ?? (beside && { ...beside, x: beside.x + cascade, y: beside.y + cascade });
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
  if (remembered?.maximized === true) window.maximize();
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

  const answerCrash = makeCrashPolicy(() => performance.now());
  window.webContents.on('render-process-gone', (_event, details) => {
    logger.error({ reason: details.reason, exitCode: details.exitCode }, 'the window crashed');
    const answer = answerCrash(details.reason);
    if (answer === 'reload') window.webContents.reload();
    else if (answer === 'ask') void askAfterCrash(window);
  });
  window.on('unresponsive', () => logger.warn('the window does not answer'));
  window.on('responsive', () => logger.info('the window answers again'));
  const address = options.sessionId === undefined ? appUrl : `${appUrl}#session=${options.sessionId}`;
  window.loadURL(address).catch((error: unknown) => {
    logger.error({ err: error }, 'the window could not be loaded');
  });
  return window;
}

/** What runs in main goes on meanwhile. */
async function askAfterCrash(window: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    title: 'SPARK',
    message: 'The window crashed again right after it was opened.',
    detail: 'SPARK itself goes on and everything is kept. The log says more: the folder logs in the data folder.',
    buttons: ['Open it again', 'Close the window'],
    cancelId: 1,
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.webContents.reload();
  else window.destroy();
}
