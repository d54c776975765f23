import { randomUUID } from 'node:crypto';
import { AppError } from '../../../shared/errors/index.ts';
import { throwIfCancelled } from './calls.ts';
import type { Queue } from './queue.ts';
import { lingering } from './scripts.ts';
import { makeScenePlans } from './scenePlans.ts';
import type { SceneReads } from './sceneReads.ts';
import type { StandingOf } from './sceneStanding.ts';
import type { ScenePlan, UnityScene } from './sceneTypes.ts';
import type { SceneWrites } from './sceneWrites.ts';

/**
 * Edits of the open scene. Unity MCP has no precondition for them, so the scene is read right before, in the same turn.
 * Nothing is saved: whether the scene is saved stays the developer's decision.
 */
export function makeScene(deps: {
  readonly reads: SceneReads;
  readonly standingOf: StandingOf;
  readonly sceneWrites: SceneWrites;
  /** Whole writes, one after another; not the queue of calls. */
  readonly writes: Queue;
  /** Aborted when the adapter closes. */
  readonly closing: AbortSignal;
}): UnityScene {
  const { reads, standingOf, sceneWrites, writes, closing } = deps;

  async function requireOpen({ scene, edit }: ScenePlan, signal: AbortSignal): Promise<void> {
    if ((await reads.activeScene(signal)) === scene && (await standingOf(edit, signal)) === 'open') return;
    throw new AppError('stale_file', `${edit.path} is not as it was when this was planned. Nothing was changed.`, {
      data: { path: edit.path },
    });
  }

  return {
    ...makeScenePlans({ reads }),

    async unityEditScene(plan, { sessionId, callId, signal }) {
      const queued = performance.now();
      return await writes.run(async () => {
        const started = performance.now();
        const timing = [{ step: 'queue', ms: Math.round(started - queued) }];
        throwIfCancelled(signal);
        await sceneWrites.settleEarlier(signal);
        await requireOpen(plan, signal);
        const before = await reads.find(plan.edit.path, signal);
        const write = { writeId: randomUUID(), sessionId, callId, plan, componentsBefore: before?.components ?? [] };
        throwIfCancelled(signal);
        const linger = lingering(signal, closing);
        try {
          const { edit, components } = await sceneWrites.write(write, linger.signal);
          timing.push({ step: 'unity', ms: Math.round(performance.now() - started) });
          return { edit, components, timing };
        } finally {
          linger.release();
        }
      }, signal);
    },
  };
}
