import type { Logger } from '../../../shared/node/logging/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { UnityClient } from './client.ts';
import { kindOf, toEditorStatus, type Sighting } from './editorStatus.ts';
import type { Flows } from './flow.ts';
import { findInstance } from './instances.ts';
import { waitForInstance } from './instanceWait.ts';
import { makeOpenEditors } from './openEditors.ts';
import type { Queue } from './queue.ts';
import { editorStateData, type EditorState, type Instance } from './replies.ts';
import { makeTransitions } from './transitions.ts';
import type { EditorStateKind, EditorStatus, EditorTransition } from './types.ts';
import { absenceBounds, reloadBounds, reloadWaitBounds, sizedWait, type WaitBounds } from './waits.ts';

/**
 * Which editor this session works in, and how it is. The list of instances is asked first, because it answers at once
 * whatever the editors do; the editor's own state is read only when the editor is listed and no call is in flight, so a
 * look never waits behind a blocked editor. The first editor seen alone is pinned by its project (the hash of its
 * Assets folder): another project is never written to, and the same project opened again is followed by itself.
 */
export interface Editor {
  readonly status: () => EditorStatus;
  readonly subscribe: (listener: (status: EditorStatus) => void) => () => void;
  /** Looks now; looks that overlap are one. Never rejects. */
  readonly refresh: () => Promise<EditorStatus>;
  /** Reads the editor's state now, through the queue; null when it could not be read. */
  readonly readState: (signal: AbortSignal) => Promise<EditorState | null>;
  /**
   * The instance to name in a call; waits while the editor reloads. Rejects with `unity_unavailable`, `unity_no_editor`,
   * `unity_select_instance` or `cancelled`.
   */
  readonly requireInstance: (signal: AbortSignal) => Promise<string>;
  /** The editors that are open, as last listed. */
  readonly instances: () => readonly Instance[];
  /** What is worked in, as it was asked for or found: `Name@hash`, hash or name. */
  readonly wanted: () => string | null;
  /** Pins an instance (`Name@hash`, its hash or its project's name) from now on; null: the only one there is. */
  readonly choose: (instance: string | null) => Promise<EditorStatus>;
  /** Says that a build blocks the editor: silence is then expected. */
  readonly setBuilding: (building: boolean) => void;
  readonly close: () => Promise<void>;
}

export function makeEditor(deps: {
  readonly client: UnityClient;
  readonly queue: Queue;
  readonly logger: Logger;
  readonly clock: { readonly now: () => number };
  /** Between looks while nothing waits, and while something does. */
  readonly pollMs: number;
  readonly fastPollMs: number;
  /** `Name@hash`, hash or name of the project to work in; the only open one when unset. */
  readonly instance?: string | undefined;
  /** Called after every look, whether or not something changed. */
  readonly onLook: (status: EditorStatus) => void;
  readonly onTransition?: ((transition: EditorTransition) => void) | undefined;
  /** How long this project's own states took, in milliseconds. */
  readonly durations?: ((projectHash: string, kind: EditorStateKind) => readonly number[]) | undefined;
  readonly flows?: Flows | undefined;
}): Editor {
  const { client, queue, logger, clock, pollMs, fastPollMs, onLook, durations, flows } = deps;
  const closing = new AbortController();
  const editors = makeOpenEditors({ client, queue });
  const listeners = new Set<(status: EditorStatus) => void>();
  let wanted = deps.instance ?? null;
  let pinned: Instance | null = null;
  let building = false;
  let waiters = 0;
  let lastSeen = -Infinity;
  /** Whether it was compiling or the like when it was last seen. */
  let leftBusy = false;
  let renewed = false;
  let keyRefused = false;
  let lastState: EditorState | null = null;
  let looking: Promise<EditorStatus> | undefined;
  let looked = false;
  let wake: AbortController = new AbortController();
  const statusOf = (sighting: Sighting): EditorStatus =>
    toEditorStatus(sighting, {
      building,
      serverVersion: editors.serverVersion(),
      latencyMs: editors.latencyMs(),
      pinned,
      notes: editors.notes(),
    });
  let status = statusOf({ kind: 'server_away', why: 'not looked yet' });
  const transitions = makeTransitions({
    first: status.kind,
    clock,
    logger,
    onTransition: (transition) => deps.onTransition?.(transition),
  });

  /** Sized from this project's own reloads. */
  const reloadWait = (bounds: WaitBounds): number =>
    sizedWait(pinned === null ? [] : (durations?.(pinned.hash, 'reloading') ?? []), bounds);

  async function sight(): Promise<Sighting> {
    const listing = await editors.look(pinned, closing.signal);
    keyRefused = listing.kind === 'away' && listing.keyRefused;
    if (listing.kind === 'away') return { kind: 'server_away', why: listing.why, keyRefused };
    const { instances } = listing;
    const instance = findInstance(instances, wanted);
    if (instance === undefined) {
      if (wanted === null && instances.length > 1) return { kind: 'choose', instances };
      const away = clock.now() - lastSeen;
      const reloading = away < reloadWait(leftBusy ? reloadBounds : absenceBounds);
      if (!reloading && !renewed) {
        renewed = true;
        client.renewSession();
      }
      return { kind: 'absent', others: instances, reloading };
    }
    pinned = instance;
    wanted = instance.hash;
    lastSeen = clock.now();
    renewed = false;
    if (queue.isRunning() || building) return { kind: 'seen', instance, state: lastState };
    return await readSighting(instance, closing.signal);
  }

  async function readSighting(instance: Instance, signal: AbortSignal): Promise<Sighting> {
    const reply = await queue.run(
      () => client.readResource('mcpforunity://editor/state', { signal, instanceId: instance.id }),
      signal,
      'look',
    );
    if (reply.kind === 'not_sent') return { kind: 'absent', others: [], reloading: true };
    // A refusal is an answer: a server without this resource, or one that wants a key, holds no writes back.
    if (reply.kind === 'failed') return { kind: 'seen', instance, state: null };
    if (reply.kind !== 'reply') return { kind: 'silent', instance, why: reply.message };
    const parsed = editorStateData.safeParse(reply.body.data);
    if (!parsed.success) {
      logger.warn({ issues: parsed.error.issues }, 'the editor state has an unknown form');
      return { kind: 'seen', instance, state: null };
    }
    lastState = parsed.data;
    const kind = kindOf(parsed.data);
    leftBusy = kind === 'compiling' || kind === 'reloading' || kind === 'importing';
    return { kind: 'seen', instance, state: parsed.data };
  }

  function show(sighting: Sighting): EditorStatus {
    const next = statusOf(sighting);
    const changed = next.kind !== status.kind || next.instanceId !== status.instanceId;
    const told = changed || next.detail !== status.detail || next.activeScene !== status.activeScene;
    status = next;
    transitions.enter(next);
    if (told) for (const listener of listeners) listener(next);
    onLook(next);
    return next;
  }

  function refresh(): Promise<EditorStatus> {
    looking ??= (async () => {
      try {
        const sighting = await sight();
        return closing.signal.aborted ? status : show(sighting);
      } catch (error) {
        if (!closing.signal.aborted) logger.warn({ err: error }, 'looking at the unity editor failed');
        return status;
      } finally {
        looked = true;
        looking = undefined;
      }
    })();
    return looking;
  }

  async function poll(): Promise<void> {
    while (!closing.signal.aborted) {
      await refresh();
      wake = new AbortController();
      await waitMs(
        waiters > 0 || queue.size() > 0 ? fastPollMs : pollMs,
        AbortSignal.any([closing.signal, wake.signal]),
      );
    }
  }
  const polling = poll();

  const requireInstance = (signal: AbortSignal): Promise<string> =>
    waitForInstance(
      {
        clock,
        status: () => (looked ? status : null),
        refresh,
        keyRefused: () => keyRefused,
        isAway: () => clock.now() - lastSeen > 2 * fastPollMs,
        reloadWaitMs: () => reloadWait(reloadWaitBounds),
        pollMs: fastPollMs,
        onWaiting: (waiting) => {
          waiters += waiting ? 1 : -1;
        },
        flows,
        closing: closing.signal,
      },
      signal,
    );

  return {
    status: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
    async readState(signal) {
      const instance = pinned;
      if (instance === null) return null;
      const sighting = await readSighting(instance, signal);
      show(sighting);
      return sighting.kind === 'seen' ? sighting.state : null;
    },
    requireInstance,
    instances: editors.list,
    wanted: () => wanted,
    async choose(instance) {
      await looking;
      wanted = instance;
      pinned = null;
      lastState = null;
      lastSeen = -Infinity;
      leftBusy = false;
      return await refresh();
    },
    setBuilding(value) {
      building = value;
      wake.abort();
    },
    async close() {
      closing.abort();
      listeners.clear();
      await polling;
    },
  };
}
