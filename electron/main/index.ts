import { join } from 'node:path';
import process from 'node:process';
import { Menu, app, crashReporter, dialog, ipcMain, powerMonitor, protocol } from 'electron';
import { safeStorage, session, shell, utilityProcess } from 'electron';
import { bridgeVariables, openHostedBridge, type SparkBridge } from '../../services/bridge/index.ts';
import { AppError } from '../../shared/errors/index.ts';
import { makeDispatcher } from '../../shared/node/api/index.ts';
import { ConfigError, configExitCode, loadConfig, readLayers } from '../../shared/node/config/index.ts';
import { makeLifecycle } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { openUtilityChannel } from './heavy/utilityChannel.ts';
import { serveApi } from './ipc/serveApi.ts';
import { helpText, parseCommandLine } from './platform/commandLine.ts';
import { endOnCrash, makeCrashReports } from './platform/crashes.ts';
import { makeDesktop, type Desktop } from './platform/desktop.ts';
import { armForcedEnd } from './platform/forcedEnd.ts';
import { linkAmong, linkScheme, parseLink, type SparkLink } from './platform/links.ts';
import { makeLogSink } from './platform/logSink.ts';
import { menuTemplate } from './platform/menu.ts';
import { takePlace } from './platform/place.ts';
import { followPower } from './platform/power.ts';
import { askRestart, tellCrash, tellNotMoved } from './platform/questions.ts';
import { openSecrets } from './platform/secrets.ts';
import { quitInOrder } from './platform/shutdown.ts';
import { watchPages } from './platform/watchPages.ts';
import { makePageHandler, privilegedScheme } from './security/appPages.ts';
import { makeOpenExternal } from './security/externalLinks.ts';
import { confineContents } from './security/navigation.ts';
import { appScheme } from './security/origin.ts';
import { restrictPermissions } from './security/permissions.ts';
import { makeUtilityStandIns } from './standIns/utilityStandIns.ts';
import { openUpdater } from './updates/openUpdater.ts';
import { startUpdates } from './updates/updates.ts';

const sink = makeLogSink();
const logger = makeLogger({ name: 'spark-desktop', level: 'info', sink });
const lifecycle = makeLifecycle({ logger });
const hostVariables = ['SPARK_LOG_LEVEL', 'SPARK_UPDATE_URL', 'NODE_ENV'] as const;
const commandLine = parseCommandLine(process.argv.slice(1));

if (commandLine.kind === 'help') leave(helpText);
else if (commandLine.kind === 'version') leave(`${app.getVersion()}\n`);
else start(commandLine).catch(fail);

function leave(text: string): void {
  process.stdout.write(text, () => app.exit(0));
}

/**
 * The composition root: what is opened here is owned by the lifecycle and released by quitting. Not awaited at the top
 * level: Electron becomes ready only after this module was evaluated.
 */
async function start({ sandbox, link }: { sandbox: boolean; link: SparkLink | undefined }): Promise<void> {
  const layers = readLayers();
  const config = loadConfig({ ...layers.file, ...layers.environment }, [...bridgeVariables, ...hostVariables]);
  logger.level = config.SPARK_LOG_LEVEL;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([privilegedScheme]);

  const place = takePlace(config.SPARK_DATA_DIR, logger);
  if (place === undefined) {
    logger.info('SPARK is already open; its window comes to the front');
    app.exit(0);
    return;
  }
  sink.openFile(place.logs);
  const about = `SPARK ${app.getVersion()} · Electron ${process.versions.electron} · ${process.platform} ${process.arch}`;
  const crashes = makeCrashReports({ folder: place.logs, about, logLines: sink.lines, now: () => new Date() });
  endOnCrash({ process, reports: crashes, end: endBadly });
  // Kept beside the logs, never sent.
  crashReporter.start({ uploadToServer: false });

  const desktop = makeDesktop({ place, preload: join(import.meta.dirname, '../preload/index.cjs'), lifecycle, logger });
  let wanted = link?.sessionId;
  let isOpen = false;
  const follow = (to: SparkLink | undefined): void => {
    if (isOpen) desktop.show(to?.sessionId);
    else wanted = to?.sessionId ?? wanted;
  };
  app.on('second-instance', (_event, parameters) => follow(linkAmong(parameters)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    follow(parseLink(url));
  });
  app.on('window-all-closed', () => app.quit());
  const quitting = quitInOrder({
    app,
    lifecycle,
    logger,
    armForcedEnd: () => armForcedEnd(logger),
    lastWords: sink.closeFile,
  });
  const openExternal = makeOpenExternal({ shell, logger });
  app.on('web-contents-created', (_event, contents) => confineContents(contents, { openExternal, logger }));

  await app.whenReady();
  const pages = join(import.meta.dirname, '../renderer');
  let isVoiceOn = (): boolean => false;
  restrictPermissions(session.defaultSession, { isVoiceOn: () => isVoiceOn() });
  protocol.handle(appScheme, makePageHandler({ root: pages }));
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);

  const bridge = await openHostedBridge({
    layers,
    hostVariables,
    logger,
    lifecycle,
    hostKind: 'desktop',
    version: app.getVersion(),
    dataDir: place.folder,
    secrets: await openSecrets({
      file: join(place.folder, 'secrets.json'),
      encryption: safeStorage,
      platform: process.platform,
      logger,
    }),
    logLines: sink.lines,
    startStandIns: makeUtilityStandIns({
      fork: (name, folder) => utilityProcess.fork(join(import.meta.dirname, 'standIns.js'), [name, folder]),
      logger,
    }),
    openHeavy: openUtilityChannel(() => utilityProcess.fork(join(import.meta.dirname, 'heavy.js'))),
    windows: desktop.host,
  });
  isVoiceOn = bridge.isVoiceOn;
  const stopServing = serveApi({
    ipcMain,
    dispatch: makeDispatcher({ handlers: bridge.api, logger }),
    subscribe: bridge.subscribe,
    windows: desktop.windows,
    logger,
  });
  lifecycle.own('window channel', stopServing);
  followPower({ power: powerMonitor, onWake: bridge.wake, quit: () => app.quit(), logger });
  setMenu(desktop, bridge);
  desktop.startTray(bridge);
  if (sandbox) await bridge.api['setup.sandbox']({ on: true });
  desktop.open(wanted);
  isOpen = true;
  if (config.NODE_ENV === 'development' && !app.isPackaged) {
    lifecycle.own(
      'page watch',
      watchPages(pages, () => desktop.windows.reload()),
    );
  }

  const [report] = crashes.takeUntold();
  if (report !== undefined && (await tellCrash(desktop.windows.front()))) shell.showItemInFolder(report);
  if (place.move?.kind === 'kept') await tellNotMoved(desktop.windows.front(), place.move.why);
  if (config.SPARK_UPDATE_URL !== undefined) {
    const updates = startUpdates({
      updater: await openUpdater({ url: config.SPARK_UPDATE_URL, folder: place.folder, logger }),
      whyBusy: bridge.whyBusy,
      ask: (version) => askRestart(desktop.windows.front(), version),
      release: quitting.release,
      logger,
    });
    lifecycle.own('updates', updates.stop);
  }
}

function setMenu(desktop: Desktop, bridge: SparkBridge): void {
  const template = menuTemplate({
    isMac: process.platform === 'darwin',
    isPackaged: app.isPackaged,
    onNewWindow: () => desktop.open(),
    onOpenLogs: desktop.openLogs,
    onCopyReport: () => {
      desktop.copyReport(bridge).catch((error: unknown) => logger.warn({ err: error }, 'the report was not copied'));
    },
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

async function endBadly(file: string | undefined): Promise<void> {
  armForcedEnd(logger);
  logger.fatal({ report: file }, 'SPARK ends after an error that nothing caught');
  await lifecycle.shutdown('crash');
  await sink.closeFile();
  app.exit(1);
}

async function fail(error: unknown): Promise<void> {
  if (!(error instanceof ConfigError)) logger.fatal({ err: error }, 'SPARK could not start');
  const text = error instanceof AppError ? error.message : 'SPARK failed to start; the log has the details.';
  // Goes to standard error where there are no dialogs before the app is ready.
  dialog.showErrorBox('SPARK could not start', text);
  armForcedEnd(logger);
  await lifecycle.shutdown('failed to start');
  await sink.closeFile();
  app.exit(error instanceof ConfigError ? configExitCode : 1);
}
