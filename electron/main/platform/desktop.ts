import { join } from 'node:path';
import { Tray, Menu, app, clipboard, nativeImage, shell } from 'electron';
import type { DesktopWindows, SparkBridge } from '../../../services/bridge/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { pushChannel } from '../ipc/channels.ts';
import { readDesktopFile, writeDesktopFile } from './desktopFile.ts';
import type { Place } from './place.ts';
import { askFolder } from './questions.ts';
import { keepTray } from './tray.ts';
import { trayIcon } from './trayIcon.ts';
import { openWindow } from './window.ts';
import { makeWindows, type Windows } from './windows.ts';

/** The windows of this run, and what a person does with them from outside of their pages. */
export interface Desktop {
  readonly windows: Windows;
  /** What the bridge's host asks of them. */
  readonly host: DesktopWindows;
  /** Opens a further window, on this session when one is given. */
  readonly open: (sessionId?: string) => void;
  /** Brings a window to the front, on this session when one is given; opens one when there is none. */
  readonly show: (sessionId?: string) => void;
  readonly openLogs: () => void;
  readonly copyReport: (bridge: SparkBridge) => Promise<void>;
  readonly startTray: (bridge: SparkBridge) => void;
}

export function makeDesktop(options: {
  readonly place: Place;
  readonly preload: string;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
}): Desktop {
  const { place, lifecycle, logger } = options;
  const file = join(place.folder, 'desktop.json');
  const windows = makeWindows({
    alwaysOnTop: readDesktopFile(file).alwaysOnTop,
    onAlwaysOnTop(alwaysOnTop) {
      try {
        writeDesktopFile(file, { alwaysOnTop });
      } catch (error) {
        logger.warn({ err: error }, 'it could not be remembered that windows stay on top');
      }
    },
  });

  function open(sessionId?: string): void {
    const slot = windows.freeSlot();
    const window = openWindow({
      preload: options.preload,
      boundsFile: join(place.folder, slot === 0 ? 'window.json' : `window-${slot}.json`),
      beside: windows.front()?.getNormalBounds(),
      sessionId,
      lifecycle,
      logger,
    });
    windows.add(window, slot);
  }
  function show(sessionId?: string): void {
    if (!windows.focus()) open(sessionId);
    else if (sessionId !== undefined) windows.front()?.webContents.send(pushChannel, 'app.link_opened', { sessionId });
  }
  async function showLogs(): Promise<void> {
    const problem = await shell.openPath(place.logs);
    if (problem !== '') logger.warn({ problem }, 'the folder of the logs could not be shown');
  }
  const openLogs = (): void => void showLogs();

  return {
    windows,
    open,
    show,
    openLogs,
    host: {
      open,
      focus: show,
      isAlwaysOnTop: () => windows.isAlwaysOnTop(),
      setAlwaysOnTop: (on) => windows.setAlwaysOnTop(on),
      reveal: (path) => shell.showItemInFolder(path),
      openLogs,
      async moveData() {
        if (place.askMove === null) {
          throw new AppError(
            'unsupported',
            'Nothing was moved: SPARK_DATA_DIR says where the data lie; change it there.',
          );
        }
        const chosen = await askFolder(windows.front());
        if (chosen === undefined) return;
        const to = place.askMove(chosen);
        logger.info({ to }, 'SPARK starts again and moves its data');
        app.relaunch();
        app.quit();
      },
    },
    async copyReport(bridge) {
      const { text } = await bridge.api['report.get']({});
      await clipboard.writeText(text);
    },
    startTray(bridge) {
      const tray = new Tray(nativeImage.createFromBuffer(Buffer.from(trayIcon, 'base64')));
      tray.on('click', () => show());
      const stop = keepTray({
        tray: {
          setToolTip: (text) => tray.setToolTip(text),
          setMenu: (template) => tray.setContextMenu(Menu.buildFromTemplate([...template])),
        },
        api: bridge.api,
        subscribe: bridge.subscribe,
        actions: { show, openSession: show, openLogs, quit: () => app.quit() },
        logger,
      });
      lifecycle.own('tray', () => {
        stop();
        tray.destroy();
      });
    },
  };
}
