import { Agent } from 'node:https';

/** The proxy variables of the environment, as other programs of the machine read them. */
export interface ProxyEnvironment {
  /** `http://user:password@host:port`. */
  readonly httpsProxy?: string | undefined;
  /** Hosts that are reached without it, comma separated. */
  readonly noProxy?: string | undefined;
}

/**
 * The agent that tunnels a `wss:` connection through the proxy, by Node's own support (`proxyEnv`, which honours
 * NO_PROXY); undefined where none is set, and for `ws:`, which only ever goes to this machine.
 */
export function proxyAgent(url: URL, proxy: ProxyEnvironment | undefined): Agent | undefined {
  if (url.protocol !== 'wss:' || proxy?.httpsProxy === undefined) return undefined;
  const { httpsProxy, noProxy } = proxy;
  return new Agent({ proxyEnv: { HTTPS_PROXY: httpsProxy, ...(noProxy === undefined ? {} : { NO_PROXY: noProxy }) } });
}
