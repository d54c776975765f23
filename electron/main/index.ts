import { join } from 'node:path';
import process from 'node:process';
import { Menu, app, dialog, ipcMain, protocol, safeStorage, session, shell } from 'electron';
import { bridgeVariables, openHostedBridge } from '../../services/bridge/index.ts';
import { AppError } from '../../shared/errors/index.ts';
import { makeDispatcher } from '../../shared/node/api/index.ts';
import { ConfigError, configExitCode, loadConfig, readLayers } from '../../shared/node/config/index.ts';
import { makeLifecycle } from '../../shared/node/lifecycle/index.ts';
import { makeLogTail, makeLogger } from '../../shared/node/logging/index.ts';
import { serveApi } from './ipc/serveApi.ts';
import { helpText, parseCommandLine } from './platform/commandLine.ts';
import { menuTemplate } from './platform/menu.ts';
import { openSecrets } from './platform/secrets.ts';
import { quitInOrder } from './platform/shutdown.ts';
import { openWindow } from './platform/window.ts';
import { makeWindows } from './platform/windows.ts';
import { makePageHandler, privilegedScheme } from './security/appPages.ts';
import { makeOpenExternal } from './security/externalLinks.ts';
import { confineContents } from './security/navigation.ts';
import { appScheme } from './security/origin.ts';
import { restrictPermissions } from './security/permissions.ts';

const tail = makeLogTail();
const logger = makeLogger({ name: 'spark-desktop', level: 'info', sink: tail });
const lifecycle = makeLifecycle({ logger });
const commandLine = parseCommandLine(process.argv.slice(1));

if (commandLine.kind === 'help') leave(helpText);
else if (commandLine.kind === 'version') leave(`${app.getVersion()}\n`);
else start().catch(fail);

function leave(text: string): void {
  process.stdout.write(text, () => app.exit(0));
}

/**
 * The composition root: what is opened here is owned by the lifecycle and released by quitting. Not awaited at the top
 * level: Electron becomes ready only after this module was evaluated.
 */
async function start(): Promise<void> {
  const layers = readLayers();
  const config = loadConfig({ ...layers.file, ...layers.environment }, [...bridgeVariables, 'SPARK_LOG_LEVEL']);
  logger.level = config.SPARK_LOG_LEVEL;

  const dataFolder = config.SPARK_DATA_DIR ?? app.getPath('userData');
  app.setPath('userData', dataFolder);
  // What Chromium keeps (caches, local storage) lies apart from the journal.
  app.setPath('sessionData', join(dataFolder, 'browser'));
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([privilegedScheme]);

  const windows = makeWindows();
  if (!app.requestSingleInstanceLock()) {
    logger.info('SPARK is already open; its window comes to the front');
    app.exit(0);
    return;
  }
  app.on('second-instance', () => windows.focus());
  app.on('window-all-closed', () => app.quit());

  quitInOrder({ app, lifecycle, logger });
  const openExternal = makeOpenExternal({ shell, logger });
  app.on('web-contents-created', (_event, contents) => confineContents(contents, { openExternal, logger }));

  await app.whenReady();
  let isVoiceOn = (): boolean => false;
  restrictPermissions(session.defaultSession, { isVoiceOn: () => isVoiceOn() });
  protocol.handle(appScheme, makePageHandler({ root: join(import.meta.dirname, '../renderer') }));
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({ isMac: process.platform === 'darwin', isPackaged: app.isPackaged, onNewWindow: openAnother }),
    ),
  );

  const bridge = await openHostedBridge({
    layers,
    hostVariables: ['SPARK_LOG_LEVEL'],
    logger,
    lifecycle,
    hostKind: 'desktop',
    version: app.getVersion(),
    dataDir: dataFolder,
    secrets: await openSecrets({
      file: join(dataFolder, 'secrets.json'),
      encryption: safeStorage,
      platform: process.platform,
      logger,
    }),
    logLines: tail.lines,
    // Loaded when asked for: most people never start it.
    startStandIns: async (folder) => (await import('../../services/sandbox/standIns.ts')).startStandIns(folder),
    windows: {
      open: openAnother,
      focus: () => void windows.focus(),
      isAlwaysOnTop: () => windows.isAlwaysOnTop(),
      setAlwaysOnTop: (on) => windows.setAlwaysOnTop(on),
      reveal: (path) => shell.showItemInFolder(path),
    },
  });
  isVoiceOn = bridge.isVoiceOn;
  const stopServing = serveApi({
    ipcMain,
    dispatch: makeDispatcher({ handlers: bridge.api, logger }),
    subscribe: bridge.subscribe,
    windows,
    logger,
  });
  lifecycle.own('window channel', stopServing);
  openAnother();

  function openAnother(): void {
    windows.add(
      openWindow({
        preload: join(import.meta.dirname, '../preload/index.cjs'),
        boundsFile: join(dataFolder, 'window.json'),
        openWindows: windows.count(),
        lifecycle,
        logger,
      }),
    );
  }
}

async function fail(error: unknown): Promise<void> {
  if (!(error instanceof ConfigError)) logger.fatal({ err: error }, 'SPARK could not start');
  const text = error instanceof AppError ? error.message : 'SPARK failed to start; the log has the details.';
  // Goes to standard error where there are no dialogs before the app is ready.
  dialog.showErrorBox('SPARK could not start', text);
  await lifecycle.shutdown('failed to start');
  app.exit(error instanceof ConfigError ? configExitCode : 1);
}
