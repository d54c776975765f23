import { execFile } from 'node:child_process';
import type { Logger } from '../../shared/node/logging/index.ts';

/*
 * The sd_notify protocol of systemd, told by its own program: Node has no datagram sockets of the Unix kind. The messages
 * come from a child of the service, so its unit says NotifyAccess=all. Without NOTIFY_SOCKET nothing is done; where the
 * program is missing that is logged once and the service works as it does without systemd.
 */
export interface ServiceManager {
  /** READY=1. */
  readonly ready: () => void;
  /** STOPPING=1, and no more pings; resolves when all was told. Never rejects. */
  readonly stopping: () => Promise<void>;
}

export interface ServiceManagerOptions {
  /** NOTIFY_SOCKET; undefined when no systemd asks. */
  readonly socket: string | undefined;
  /** WATCHDOG_USEC; undefined when the unit has no watchdog. */
  readonly watchdogUsec: number | undefined;
  /** Asked before each ping: who is stuck does not ping, and is started again by systemd. */
  readonly isAlive: () => boolean;
  /** One line for `systemctl status`. */
  readonly describe: () => string;
  readonly logger: Logger;
}

const program = 'systemd-notify';
const longestMs = 30_000;
/** Waiting for a server is no failed start: until it is ready the time for that is moved on. */
const moreTimeUsec = 3 * longestMs * 1_000;

export function startServiceManager(options: ServiceManagerOptions): ServiceManager {
  const { socket, watchdogUsec, isAlive, describe, logger } = options;
  if (socket === undefined) return { ready: () => undefined, stopping: () => Promise.resolve() };
  let queue: Promise<void> = Promise.resolve();
  let isReady = false;
  let isStopping = false;
  let failed = false;

  function tell(...assignments: readonly string[]): void {
    queue = queue.then(() => {
      if (failed) return undefined;
      return run(assignments).catch((error: unknown) => {
        failed = true;
        logger.warn({ err: error }, `systemd is told nothing: ${program} does not work here`);
      });
    });
  }

  const ping = (): void => {
    const assignments = [`STATUS=${describe()}`];
    if (!isReady) assignments.push(`EXTEND_TIMEOUT_USEC=${moreTimeUsec}`);
    if (watchdogUsec !== undefined && isAlive()) assignments.push('WATCHDOG=1');
    tell(...assignments);
  };
  ping();
  // Twice as often as asked for, as sd_watchdog_enabled(3) recommends.
  const everyMs = Math.min(longestMs, watchdogUsec === undefined ? longestMs : watchdogUsec / 2_000);
  const timer = setInterval(ping, everyMs);

  return {
    ready() {
      isReady = true;
      tell('READY=1', `STATUS=${describe()}`);
    },
    async stopping() {
      if (!isStopping) {
        isStopping = true;
        clearInterval(timer);
        tell('STOPPING=1', 'STATUS=finishing what was begun');
      }
      await queue;
    },
  };
}

const run = (assignments: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(program, [...assignments], { timeout: 5_000 }, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
