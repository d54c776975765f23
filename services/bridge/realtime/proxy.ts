import { Agent } from 'node:https';
import { DependencyError } from '../../../shared/errors/index.ts';

/** The proxy variables of the environment, as other programs of the machine read them. */
export interface ProxyEnvironment {
  /** `http://user:password@host:port`. */
  readonly httpsProxy?: string | undefined;
  /** Hosts that are reached without it, comma separated. */
  readonly noProxy?: string | undefined;
}

/**
 * The agent that tunnels a `wss:` connection through the proxy, by Node's own support (`proxyEnv`, which honours
 * NO_PROXY). Throws DependencyError when the variable is no address; undefined where none is set, and for `ws:`, which only ever goes to this machine.
 */
export function proxyAgent(url: URL, proxy: ProxyEnvironment | undefined): Agent | undefined {
  if (url.protocol !== 'wss:' || proxy?.httpsProxy === undefined) return undefined;
  const { noProxy } = proxy;
  // Other programs take `host:port` too, so it is common in an environment.
  const httpsProxy = /^https?:\/\//i.test(proxy.httpsProxy) ? proxy.httpsProxy : `http://${proxy.httpsProxy}`;
  if (!URL.canParse(httpsProxy)) {
    throw new DependencyError(
      'realtime_rejected',
      'HTTPS_PROXY is no address (http://host:port), so the Realtime service was not called. Correct it or unset it; your message is kept.',
      { retryable: false },
    );
  }
  return new Agent({ proxyEnv: { HTTPS_PROXY: httpsProxy, ...(noProxy === undefined ? {} : { NO_PROXY: noProxy }) } });
}
