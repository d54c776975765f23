import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, BuildView, CallView } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { fileNameOf } from '../../lib/format.ts';
import type { WindowStore } from '../../lib/windowStore.ts';

/**
 * Calls the person when something waits and the window is not in front: an approval, or the end of a long build. Only
 * where the setting says so; the first time it would have helped, the window offers it, and only then the browser asks.
 */
export interface AttentionState {
  /** What waited unseen, in words, while nobody had said whether to be told. */
  readonly offer: string | null;
}

export interface AttentionHandle {
  readonly store: StoreApi<AttentionState>;
  /** The person's answer to the offer. */
  readonly answer: (wanted: boolean) => Promise<void>;
  /** Calls for something that another part found; once for each tag. */
  readonly call: (alert: Alert) => void;
  readonly close: () => void;
}

export const AttentionContext = makeFeatureContext<AttentionState, AttentionHandle>('attention');

export interface Alert {
  readonly title: string;
  readonly body: string;
  /** One of the same tag replaces the one before, also across windows. */
  readonly tag: string;
  /** Where a click leads; null: to the window as it is. */
  readonly sessionId: string | null;
}

export interface AttentionDeps {
  readonly client: ApiClient;
  readonly window: WindowStore;
  readonly isInFront: () => boolean;
  /** Asks the browser; false when the person or the system refuses. */
  readonly askPermission: () => Promise<boolean>;
  readonly show: (alert: Alert) => void;
}

/** A shorter build is over before anybody looks elsewhere. */
export const longBuildMs = 20_000;

export function makeAttention({ client, window, isInFront, askPermission, show }: AttentionDeps): AttentionHandle {
  const store = createStore<AttentionState>(() => ({ offer: null }));
  const told = new Set<string>();

  function call(alert: Alert): void {
    if (told.has(alert.tag) || isInFront()) return;
    told.add(alert.tag);
    const { notify } = window.getState();
    if (notify === true) show(alert);
    else if (notify === null) store.setState({ offer: alert.body });
  }
  const stops = [
    client.on('call.changed', ({ call: view }) => {
      if (view.state === 'awaiting_approval') call(approvalAlert(view));
    }),
    client.on('build.changed', ({ build }) => {
      const isOver = build.state === 'succeeded' || build.state === 'failed';
      if (isOver && build.elapsedMs >= longBuildMs) call(buildAlert(build));
    }),
  ];
  return {
    store,
    call,
    async answer(wanted) {
      store.setState({ offer: null });
      window.setState({ notify: wanted && (await askPermission()) });
    },
    close: () => stops.forEach((stop) => stop()),
  };
}

function approvalAlert({ callId, sessionId, approval }: CallView): Alert {
  const path = approval !== null && 'path' in approval ? ` for ${fileNameOf(approval.path)}` : '';
  return { title: 'SPARK waits for you', body: `An approval${path} waits.`, tag: `approval ${callId}`, sessionId };
}

function buildAlert({ buildId, sessionId, state, target }: BuildView): Alert {
  const body = `The build for ${target} ${state === 'succeeded' ? 'is done' : 'has failed'}.`;
  return { title: 'SPARK', body, tag: `build ${buildId}`, sessionId };
}
