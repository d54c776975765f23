import { waitMs } from '../../shared/node/lifecycle/index.ts';
import { maintain, type MaintenanceNeeds } from './maintenance.ts';

export interface MaintenanceTimer {
  /** Cancels what runs; resolves when nothing of it is left. Never rejects. */
  readonly stop: () => Promise<void>;
}

/**
 * Maintains shortly after the start (what waits in the stream goes first) and then each hour; sooner after a failure.
 * With jitter, so that instances that were started together do not ask at the same moment for ever. Days stay due until they are rolled, so a run that was
 * missed is made up by the next one, of whichever instance.
 */
export function startMaintenance(
  options: MaintenanceNeeds & { readonly firstMs?: number; readonly everyMs?: number; readonly retryMs?: number },
): MaintenanceTimer {
  const { firstMs = 15_000, everyMs = 3_600_000, retryMs = 300_000, ...needs } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);

  async function run(): Promise<void> {
    await waitMs(jittered(firstMs), signal);
    while (!signal.aborted) {
      const outcome = await maintain({ ...needs, signal });
      await waitMs(jittered(outcome === 'failed' ? retryMs : everyMs), signal);
    }
  }
  const done = run();

  return {
    async stop() {
      stopping.abort(new Error('the maintenance stops'));
      await done;
    },
  };
}

/** Up to a fifth less or more. */
const jittered = (ms: number): number => ms * (0.8 + Math.random() * 0.4);
