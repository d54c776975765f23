import { join } from 'node:path';
import { AppError, toAppError } from '../../../../shared/errors/index.ts';
import { waitMs } from '../../../../shared/node/lifecycle/index.ts';
import { installAirflow } from '../../../analytics/airflow/engine/install.ts';
import { findMissing as findMissingOfFlink } from '../../../analytics/flink/engine/install.ts';
import { missingTool as findMissingOfStorm } from '../../../analytics/storm/topology/build.ts';
import { repositoryDir } from '../../stack/paths.ts';

/** What may be left out: the rest runs without it, and the result says so. */
export const engineNames = ['airflow', 'flink', 'storm'] as const;
export type EngineName = (typeof engineNames)[number];

/**
 * Asks until it is so. Rejects with `stack_failed` and what was waited for at the limit, and with the signal's reason when
 * that aborts. What a question rejects with is told at the limit: a server may be busy for a moment.
 */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  { signal, limitMs = 180_000 }: { readonly signal: AbortSignal; readonly limitMs?: number },
): Promise<void> {
  const deadline = performance.now() + limitMs;
  let last: unknown;
  for (;;) {
    signal.throwIfAborted();
    try {
      if (await isSo()) return;
      last = undefined;
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
    if (performance.now() > deadline) {
      const why = last === undefined ? '' : ` The last question failed: ${toAppError(last).message}`;
      throw new AppError('stack_failed', `Waited ${limitMs / 1_000} s in vain: ${what}.${why}`);
    }
    await waitMs(500, signal);
  }
}

/** What this machine lacks for the engines that are wanted, each with how to get it. Airflow is installed when it can be. */
export async function findMissing(without: readonly EngineName[], signal: AbortSignal): Promise<readonly string[]> {
  const lacks: Readonly<Partial<Record<EngineName, (signal: AbortSignal) => Promise<string | null | undefined>>>> = {
    async airflow(stop) {
      const install = await installAirflow({ cacheDir: join(repositoryDir, '.spark', 'cache'), signal: stop });
      return 'missing' in install ? install.missing : undefined;
    },
    flink: findMissingOfFlink,
    storm: findMissingOfStorm,
  };
  const wanted = engineNames.filter((name) => !without.includes(name));
  const found = await Promise.all(
    wanted.map(async (name) => {
      const missing = await lacks[name]?.(signal);
      return missing === undefined || missing === null ? [] : [`${name}: ${missing}`];
    }),
  );
  return found.flat();
}
