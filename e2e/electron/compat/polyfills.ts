import { createRequire } from 'node:module';

/**
 * What an older Node lacks of Node 24 and core-js does not bring. Loaded before everything else by the build for that
 * Electron (buildCompat.ts), never by the product.
 */
const util = createRequire(__filename)('node:util') as { parseEnv?: (text: string) => Record<string, string> };
util.parseEnv ??= (text) =>
  Object.fromEntries(
    [...text.matchAll(/^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace(/^(["'])(.*)\1$/, '$2'),
    ]),
  );

const signals = AbortSignal as { any?: typeof AbortSignal.any };
signals.any ??= (all) => {
  const controller = new AbortController();
  for (const signal of all) {
    if (signal.aborted) controller.abort(signal.reason);
    else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
};

type Traced = (...parameters: unknown[]) => unknown;
const channels = createRequire(__filename)('node:diagnostics_channel') as { tracingChannel?: () => object };
channels.tracingChannel ??= () => {
  const trace = (traced: Traced, _context: unknown, self: unknown, ...parameters: unknown[]): unknown =>
    traced.apply(self, parameters);
  return { hasSubscribers: false, traceSync: trace, tracePromise: trace };
};

if (!('crypto' in globalThis)) {
  const { webcrypto } = createRequire(__filename)('node:crypto') as { webcrypto: object };
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
}
