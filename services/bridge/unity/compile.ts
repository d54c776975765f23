import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { UnityCalls } from './calls.ts';
import type { Editor } from './editor.ts';
import type { Flows } from './flow.ts';
import { kindOf } from './editorStatus.ts';
import type { EditorState } from './replies.ts';
import type { EditorStateKind } from './types.ts';

/**
 * Follows the compile that a change causes. Unity may say that it is ready before the compile has begun, so its start
 * and end are told by the state's timestamps, compared with those from before the change. A compile without errors ends
 * in a domain reload, in which those timestamps may be lost; then the reload's own timestamp is the proof.
 */
export interface CompileWatch {
  /**
   * Waits until no compile runs, so that the next one is ours; returns the state to compare with. It gives up while a
   * compile still runs; the end of that one is then not taken for ours.
   */
  readonly beforeChange: (signal: AbortSignal) => Promise<EditorState | null>;
  /** Never rejects for what Unity did not do. */
  readonly afterChange: (before: EditorState | null, signal: AbortSignal) => Promise<CompileSeen>;
}

export interface CompileSeen {
  /** `unknown`: no compile was seen to end within the limit, or the signal was aborted. */
  readonly kind: 'finished' | 'unknown';
  /** From Unity's own timestamps when it told both of this compile, else the time waited here. */
  readonly durationMs: number;
}

const quietWaitMs = 30_000;
const startWaitMs = 15_000;

export function makeCompileWatch(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly editor: Pick<Editor, 'readState'>;
  readonly clock: { readonly now: () => number };
  /** The longest pause between two looks; they begin shorter. */
  readonly fastPollMs: number;
  /** How long a compile is followed, in milliseconds. */
  readonly compileLimitMs: () => number;
  readonly flows?: Flows | undefined;
}): CompileWatch {
  const { calls, editor, clock, fastPollMs, flows } = deps;
  const pause = (look: number): number => Math.min(fastPollMs, 20 * 2 ** look);

  return {
    async beforeChange(signal) {
      const deadline = clock.now() + quietWaitMs;
      let kind: EditorStateKind = 'ready';
      const waiting = flows?.wait(() => `waits for Unity: ${kind}`);
      try {
        for (let look = 0; ; look += 1) {
          const state = await editor.readState(signal);
          kind = state === null ? 'ready' : kindOf(state);
          if ((kind !== 'compiling' && kind !== 'reloading') || clock.now() > deadline || signal.aborted) return state;
          waiting?.changed();
          await waitMs(pause(look), signal);
        }
      } finally {
        waiting?.over();
      }
    },

    async afterChange(before, signal) {
      const started = clock.now();
      const limitMs = deps.compileLimitMs();
      const unknown = (): CompileSeen => ({ kind: 'unknown', durationMs: Math.max(0, clock.now() - started) });
      let requestedAt: number | undefined;
      let baseline = before;
      let earlierRuns = before !== null && isBusy(before);
      for (let look = 0; !signal.aborted && clock.now() - started < limitMs; look += 1) {
        const state = await editor.readState(signal).catch(() => null);
        if (state !== null && baseline === null) {
          // Whatever compiles at the first look may have begun before the change.
          [baseline, earlierRuns] = [state, isBusy(state)];
        } else if (state !== null && earlierRuns) {
          const next = isNextCompile(baseline, state);
          earlierRuns = !next && isBusy(state);
          if (!next) baseline = state;
        }
        if (state !== null && !earlierRuns && hasFinished(baseline, state)) {
          return { kind: 'finished', durationMs: unityMs(baseline, state) ?? unknown().durationMs };
        }
        if (state !== null && !earlierRuns && !hasStarted(baseline, state)) {
          if (requestedAt === undefined) {
            requestedAt = clock.now();
            await requestCompile(signal);
            continue;
          }
          if (clock.now() - requestedAt > startWaitMs) return unknown();
        }
        await waitMs(pause(look), signal);
      }
      return unknown();
    },
  };

  /** Asked for only when the write itself has not begun a compile. What comes of it is seen in the state, not here. */
  async function requestCompile(signal: AbortSignal): Promise<void> {
    const args = { mode: 'force', scope: 'scripts', compile: 'request', wait_for_ready: false };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(startWaitMs)]);
    await calls.attempt('refresh_unity', args, limited).catch(() => undefined);
  }
}

const stamps = (state: EditorState | null) => ({
  started: state?.compilation?.last_compile_started_unix_ms ?? null,
  finished: state?.compilation?.last_compile_finished_unix_ms ?? null,
  reloaded: state?.compilation?.last_domain_reload_after_unix_ms ?? null,
});

/** The compile's length by Unity's clock; null when a stamp is missing (a reload loses them) or is an older compile's. */
function unityMs(before: EditorState | null, now: EditorState): number | null {
  const [then, { started, finished }] = [stamps(before), stamps(now)];
  if (started === null || finished === null || started === then.started || finished < started) return null;
  return finished - started;
}

const isBusy = (state: EditorState): boolean => ['compiling', 'reloading'].includes(kindOf(state));

/** Whether the compile that Unity tells of began after the one that ran then. */
function isNextCompile(before: EditorState | null, now: EditorState): boolean {
  const [then, { started }] = [stamps(before), stamps(now)];
  return then.started !== null && started !== null && started > then.started;
}

function hasStarted(before: EditorState | null, now: EditorState): boolean {
  const [then, current] = [stamps(before), stamps(now)];
  return (
    isBusy(now) || (current.started !== null && current.started !== then.started) || current.reloaded !== then.reloaded
  );
}

function hasFinished(before: EditorState | null, now: EditorState): boolean {
  const [then, current] = [stamps(before), stamps(now)];
  if (isBusy(now)) return false;
  if (current.reloaded !== null && current.reloaded !== then.reloaded) return true;
  return current.finished !== null && current.finished !== then.finished && current.finished >= (current.started ?? 0);
}
