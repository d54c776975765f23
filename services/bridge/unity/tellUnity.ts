import type { Logger } from '../../../shared/node/logging/index.ts';
import type { UnityCalls } from './calls.ts';
import type { Sent } from './ledger.ts';

/**
 * Has Unity look at a file that SPARK itself put on disk. The file is written whatever becomes of this (Unity sees it
 * when it looks next), so it never rejects: a cancellation here must not be taken for a write that did not happen.
 */
export async function tellUnity(
  deps: { readonly calls: Pick<UnityCalls, 'attempt'>; readonly logger: Logger },
  { path, compile }: { readonly path: string; readonly compile: 'request' | 'none' },
  signal: AbortSignal,
): Promise<Sent> {
  try {
    const args = { mode: 'force', scope: 'all', compile, wait_for_ready: false };
    const { kind } = await deps.calls.attempt('refresh_unity', args, signal);
    if (kind !== 'reply') deps.logger.info({ path, kind }, 'Unity was not told of a file that was written');
  } catch (error) {
    deps.logger.info({ err: error, path }, 'Unity was not told of a file that was written');
  }
  return { kind: 'reply' };
}
