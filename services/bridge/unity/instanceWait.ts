import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import type { Flows } from './flow.ts';
import type { EditorStatus } from './types.ts';

export interface InstanceWaitDeps {
  readonly clock: { readonly now: () => number };
  /** What was seen last; null before the first look. */
  readonly status: () => EditorStatus | null;
  readonly refresh: () => Promise<EditorStatus>;
  /** Whether the server refused the key at the last look. */
  readonly keyRefused: () => boolean;
  /** The pinned editor was not seen for some looks. */
  readonly isAway: () => boolean;
  /** How long a reload may take, in milliseconds. */
  readonly reloadWaitMs: () => number;
  readonly pollMs: number;
  /** Looks are frequent while something waits. */
  readonly onWaiting: (waiting: boolean) => void;
  readonly flows: Flows | undefined;
  readonly closing: AbortSignal;
}

/**
 * The instance to name in a call, `Name@hash`; waits while the editor reloads, as long as this project's reloads take.
 * Rejects with `unity_unavailable`, `unity_no_editor`, `unity_select_instance`, `unauthorized` or `cancelled`.
 */
export async function waitForInstance(deps: InstanceWaitDeps, signal: AbortSignal): Promise<string> {
  const { clock, refresh, pollMs, closing, onWaiting } = deps;
  const deadline = clock.now() + deps.reloadWaitMs();
  let current = deps.status() ?? (await refresh());
  if (isUnreachable(current)) current = await refresh();
  onWaiting(true);
  const waiting = deps.flows?.wait(() => 'waits for Unity: reloading');
  try {
    while (current.kind === 'reloading' && deps.isAway() && clock.now() < deadline) {
      if (signal.aborted) throw new AppError('cancelled', 'Cancelled.', { cause: signal.reason });
      await waitMs(pollMs, AbortSignal.any([signal, closing]));
      current = await refresh();
    }
  } finally {
    onWaiting(false);
    waiting?.over();
  }
  if (closing.aborted) throw new AppError('cancelled', 'The connection to Unity is being closed.');
  const { kind, instanceId, detail } = current;
  if (kind === 'server_away' && deps.keyRefused()) throw new AppError('unauthorized', detail);
  if (kind === 'server_away') throw unreachable('unity_unavailable', detail, true);
  if (kind === 'choose_instance') throw unreachable('unity_select_instance', detail, false);
  if (instanceId === null || kind === 'no_editor') throw unreachable('unity_no_editor', detail, true);
  return instanceId;
}

const isUnreachable = ({ kind }: EditorStatus): boolean =>
  kind === 'server_away' || kind === 'no_editor' || kind === 'choose_instance';

const unreachable = (
  code: 'unity_unavailable' | 'unity_select_instance' | 'unity_no_editor',
  detail: string,
  retryable: boolean,
): DependencyError => new DependencyError(code, detail, { retryable });
