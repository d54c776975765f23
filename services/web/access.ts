import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';

/**
 * Who may talk to the web host. Three locks, all of them on every request that can do anything:
 * - the Host header must name this server (a page elsewhere cannot reach it by rebinding its own name to loopback);
 * - the Origin header must be that same host (another page in the same browser cannot use the cookie);
 * - the cookie must be one that was given for the token. The token itself is only printed where the host was started,
 *   travels in the address's fragment (never sent by a browser) and is not kept by the browser.
 */
export interface Access {
  readonly cookieName: string;
  isAllowedHost(host: string | undefined): boolean;
  /** True when the page at `origin` was served by this server under the same name as `host`. */
  isOwnOrigin(origin: string | undefined, host: string | undefined): boolean;
  /** A new session value for the cookie, or undefined when the token is wrong. */
  exchange(token: string): string | undefined;
  hasSession(value: string | undefined): boolean;
}

/** More sessions than a person opens; the oldest are forgotten. */
const maxSessions = 64;

export function makeAccess(options: {
  readonly token: string;
  /** The address the server listens on. */
  readonly address: string;
  readonly port: number;
}): Access {
  const { token, port } = options;
  const hosts = new Set(hostNames(options.address).flatMap((name) => withPort(name, port)));
  const sessions = new Set<string>();

  const isAllowedHost = (host: string | undefined): boolean => host !== undefined && hosts.has(host.toLowerCase());

  return {
    // Cookies do not know ports: two hosts on one machine must not overwrite each other's.
    cookieName: `spark_${port}`,
    isAllowedHost,
    isOwnOrigin: (origin, host) => isAllowedHost(host) && origin?.toLowerCase() === `http://${host?.toLowerCase()}`,
    exchange(given) {
      if (!isEqual(given, token)) return undefined;
      const session = randomBytes(32).toString('base64url');
      sessions.add(digest(session).toString('hex'));
      for (const oldest of sessions) {
        if (sessions.size <= maxSessions) break;
        sessions.delete(oldest);
      }
      return session;
    },
    // Looked up by digest, so that the time of the look-up says nothing about the value.
    hasSession: (value) => value !== undefined && sessions.has(digest(value).toString('hex')),
  };
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
const isEqual = (left: string, right: string): boolean => timingSafeEqual(digest(left), digest(right));

const withPort = (name: string, port: number): string[] => {
  const host = name.includes(':') ? `[${name}]` : name;
  return port === 80 ? [host, `${host}:80`] : [`${host}:${port}`];
};

/** The names a browser may use for this server. On every address: the machine's own ones, never any other name. */
function hostNames(address: string): string[] {
  const names = ['127.0.0.1', '::1', 'localhost', address.toLowerCase()];
  if (address === '0.0.0.0' || address === '::') {
    names.push(hostname().toLowerCase());
    for (const list of Object.values(networkInterfaces())) for (const entry of list ?? []) names.push(entry.address);
  }
  return names;
}

/** A token for one run of the web host: 192 random bits. */
export const makeToken = (): string => randomBytes(24).toString('base64url');
