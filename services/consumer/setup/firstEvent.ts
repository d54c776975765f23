import { waitMs as pause } from '../../../shared/node/lifecycle/index.ts';

const readyMs = 30_000;
const everyMs = 500;

/**
 * Watches the service's own health and metrics until it is ready and has written an event. Resolves with the exit code:
 * 1 when it does not get ready in 30 s; no event within `waitMs` is no failure, nobody may be working.
 */
export async function watchFirstEvent(options: {
  readonly host: string;
  readonly port: number;
  readonly waitMs: number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { host, port, waitMs, say, signal } = options;
  const url = `http://${reachable(host)}:${port}`;
  if (waitMs === 0) return 0;
  say(`waiting for the service (${url}/readyz)`);
  if (!(await until(async () => (await get(`${url}/readyz`, signal))?.ok === true, readyMs, signal))) {
    say(
      `It is not ready: ${(await get(`${url}/readyz`, signal))?.text ?? 'nobody answers'}. See: spark-nats-consumer check`,
    );
    return 1;
  }
  say('The service is ready. Waiting for the first event; Ctrl-C ends the waiting, not the service.');
  let types: string[] = [];
  const came = await until(
    async () => {
      types = writtenTypes((await get(`${url}/metrics`, signal))?.text ?? '');
      return types.length > 0;
    },
    waitMs,
    signal,
  );
  say(
    came
      ? `An event is a row in PostgreSQL: ${types.join(', ')}. All is well.`
      : `No event came in ${waitMs / 1_000} s. The service is ready and takes the first one when somebody works with SPARK.`,
  );
  return 0;
}

/** Types of events that were written: `spark_consumer_events_total{outcome="written",type="telemetry"} 3`. */
function writtenTypes(metrics: string): string[] {
  const lines = metrics.matchAll(/^spark_consumer_events_total\{outcome="written",type="([^"]+)"\} [1-9]/gm);
  return [...lines].map(([, type = '']) => type);
}

/** An address that means all of them is reached by this machine's own. */
const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

async function get(url: string, signal: AbortSignal): Promise<{ ok: boolean; text: string } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    return { ok: response.ok, text: await response.text() };
  } catch {
    return undefined;
  }
}

async function until(isSo: () => Promise<boolean>, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const limit = Date.now() + limitMs;
  for (;;) {
    if (await isSo()) return true;
    if (signal.aborted || Date.now() > limit) return false;
    await pause(everyMs, signal);
  }
}
