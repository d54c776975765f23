import type { Logger } from '../../../shared/node/logging/index.ts';

/** The part of Electron's powerMonitor that is listened to. */
export interface PowerEvents {
  on(event: 'suspend', listener: () => void): unknown;
  on(event: 'resume', listener: () => void): unknown;
  /** Electron hands over an event that its types leave out. */
  on(event: 'shutdown', listener: (event?: { preventDefault(): void }) => void): unknown;
}

/**
 * Sleep, waking and the end of the system reach the app: after waking every connection shows that it is alive; a system
 * that goes down waits for the orderly end, as far as it lets itself be asked.
 */
export function followPower(options: {
  readonly power: PowerEvents;
  readonly onWake: () => void;
  readonly quit: () => void;
  readonly logger: Logger;
}): void {
  const { power, logger } = options;
  power.on('suspend', () => logger.info('the machine goes to sleep; everything is kept as it is'));
  power.on('resume', () => {
    logger.info('the machine woke up; connections are looked at');
    options.onWake();
  });
  power.on('shutdown', (event) => {
    event?.preventDefault();
    options.quit();
  });
}
