import type { Logger } from '../../../shared/node/logging/index.ts';

/** The part of electron-updater's AppUpdater that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: 'update-downloaded', listener: (found: { readonly version: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface Updates {
  /** Ends looking and asking. */
  readonly stop: () => void;
}

const lookEveryMs = 6 * 3_600_000;
/** Between looks whether what runs has ended. */
const waitMs = 30_000;
const askAgainMs = 24 * 3_600_000;

/**
 * Looks for a newer version on IT's own server, fetches it, and then asks before it restarts. It neither asks nor restarts
 * while a build runs, a write is unsettled or an answer comes; what began between the question and the answer is waited
 * for too. Nothing is installed by merely quitting.
 */
export function startUpdates(options: {
  readonly updater: Updater;
  /** Why SPARK should not end now; null when it may. */
  readonly whyBusy: () => string | null;
  /** True when the person wants the restart now. */
  readonly ask: (version: string) => Promise<boolean>;
  /** Releases everything that is open, so that the installer finds a program that has ended well. */
  readonly release: () => Promise<void>;
  readonly logger: Logger;
}): Updates {
  const { updater, whyBusy, ask, release, logger } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let offered: string | undefined;
  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = false;

  const look = (): void => {
    updater.checkForUpdates().catch((error: unknown) => {
      logger.warn({ err: error }, 'no newer version could be looked for');
    });
  };
  const later = (ms: number, work: () => void): void => {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(work, ms);
    timer.unref();
  };
  async function offer(version: string): Promise<void> {
    const busy = whyBusy();
    if (busy !== null) {
      logger.info({ version, busy }, 'a newer version waits until SPARK is idle');
      return later(waitMs, () => void offer(version));
    }
    if (!(await ask(version))) return later(askAgainMs, () => void offer(version));
    await install(version);
  }
  async function install(version: string): Promise<void> {
    if (stopped) return;
    if (whyBusy() !== null) return later(waitMs, () => void install(version));
    stopped = true;
    logger.info({ version }, 'SPARK ends and starts again with its newer version');
    await release();
    updater.quitAndInstall();
  }

  updater.on('error', (error) => logger.warn({ err: error }, 'an update failed; this version goes on'));
  updater.on('update-downloaded', ({ version }) => {
    if (version === offered) return;
    offered = version;
    void offer(version);
  });
  look();
  const looking = setInterval(look, lookEveryMs);
  looking.unref();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      clearInterval(looking);
    },
  };
}
