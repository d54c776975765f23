import type { Connection } from './connection.ts';
import type { SessionOptions } from './sessionOptions.ts';

/** How long a connection may be used: the service ends each one, and its replacement is made between two responses. */
export interface ConnectionAge {
  /** A new connection begins its life now. */
  readonly begin: () => void;
  readonly isOver: (connection: Connection) => boolean;
}

/** The service ends a session at `expires_at`; its replacement is made this long before. */
const beforeExpiryMs = 5 * 60_000;

export function makeConnectionAge(options: Pick<SessionOptions, 'limits' | 'now' | 'wallNow'>): ConnectionAge {
  const { limits, now, wallNow } = options;
  let opened = { at: 0, wallAt: 0 };
  return {
    begin() {
      opened = { at: now(), wallAt: wallNow() };
    },
    isOver({ expiresAtMs }) {
      // A monotonic clock may stand still while the machine sleeps; the service's does not.
      if (Math.max(now() - opened.at, wallNow() - opened.wallAt) > limits.connectionAgeMs) return true;
      // A session that is shorter than the margin is used for at least half of its life.
      const margin = expiresAtMs === null ? 0 : Math.min(beforeExpiryMs, (expiresAtMs - opened.wallAt) / 2);
      return expiresAtMs !== null && wallNow() > expiresAtMs - margin;
    },
  };
}
