import { z } from 'zod';
import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import { throwIfCancelled, type UnityCalls } from './calls.ts';
import { toUnityError, type Failure } from './failures.ts';
import type { Queue } from './queue.ts';
import type { SceneReads } from './sceneReads.ts';
import { sceneCommands } from './sceneCommands.ts';
import { knownOf, makeInverse } from './sceneInverse.ts';
import { objectText, sameValues, stepsOf, subjectOf, valuesText } from './sceneText.ts';
import type { CreateObjectRequest, SceneEdit, SceneObject, ScenePlan, SceneUndo, UnityScene } from './sceneTypes.ts';

/**
 * Edits of the open scene. Unity MCP has no precondition for them, so the scene is read right before, and a lost reply is
 * settled by reading it again: done, not done (sent again), or not to be known. Nothing is saved: whether the scene is
 * saved stays the developer's decision.
 */
export function makeScene(deps: {
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly reads: SceneReads;
  readonly writes: Queue;
}): UnityScene {
  const { calls, reads, writes } = deps;
  const inverseOf = makeInverse(reads);

  async function require(target: string, signal: AbortSignal): Promise<SceneObject> {
    const object = await reads.find(target, signal);
    if (object !== null) return object;
    throw new AppError('not_found', `There is no object ${target} in the open scene. List the scene first.`, {
      data: { target },
    });
  }

  const planOf = (scene: string, edit: SceneEdit, before: string, after: string, warnings: string[]): ScenePlan => ({
    scene,
    edit,
    subject: subjectOf(edit),
    steps: stepsOf(edit),
    before,
    after,
    warnings: [...warnings, 'The scene is changed in the editor and not saved.'],
  });

  async function haveValues(
    object: SceneObject,
    components: CreateObjectRequest['components'],
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const { type, properties = {} } of components) {
      if (!object.components.includes(type)) return false;
      if (Object.keys(properties).length === 0) continue;
      if (!sameValues(properties, await reads.properties(object, type, signal))) return false;
    }
    return true;
  }

  /** Where the scene stands against an edit. */
  async function standingOf(edit: SceneEdit, signal: AbortSignal): Promise<Standing> {
    const object = await reads.find(edit.path, signal);
    switch (edit.kind) {
      case 'create':
        if (object === null) return 'open';
        return (await haveValues(object, edit.request.components, signal)) ? 'done' : 'partial';
      case 'delete':
        return object === null ? 'done' : 'open';
      case 'add':
        if (object === null) return 'other';
        if (!object.components.includes(edit.component)) return 'open';
        return (await haveValues(object, [{ type: edit.component, properties: edit.properties }], signal))
          ? 'done'
          : 'partial';
      case 'remove':
        if (object === null) return 'other';
        return object.components.includes(edit.component) ? 'open' : 'done';
      case 'set': {
        if (object === null || !object.components.includes(edit.component)) return 'other';
        const now = await reads.properties(object, edit.component, signal);
        if (sameValues(edit.after, now)) return 'done';
        return sameValues(edit.before, now) ? 'open' : 'other';
      }
    }
  }

  async function perform(edit: SceneEdit, signal: AbortSignal): Promise<void> {
    const { tool, args } = sceneCommands(edit);
    for (let sends = 1; ; sends += 1) {
      const result = await calls.attempt(tool, args, signal);
      if (result.kind === 'reply') return;
      if (result.kind === 'failed' || result.kind === 'choose_instance') {
        await takeBack(edit, signal);
        throw refusalOf(result, tool);
      }
      const standing = await standingOf(edit, signal).catch((error: unknown) => {
        throw new DependencyError(
          'unity_unsettled',
          `Unity did not confirm the change of ${edit.path} and cannot be asked now. Look at the scene before you ask for it again.`,
          { retryable: false, data: { path: edit.path }, cause: error },
        );
      });
      if (standing === 'done') return;
      // A batch that was cut short is taken back and sent again as a whole.
      if (standing === 'partial') await takeBack(edit, signal);
      if (standing === 'other' || sends >= maxSends) throw toUnityError(result, { tool, write: true });
    }
  }

  /** A change of several steps that failed in the middle is taken back as far as it came. */
  async function takeBack(edit: SceneEdit, signal: AbortSignal): Promise<void> {
    const inverse =
      edit.kind === 'create'
        ? ({ kind: 'delete', path: edit.path, request: edit.request } as const)
        : edit.kind === 'add'
          ? ({ ...edit, kind: 'remove', added: [edit.component] } as const)
          : edit.kind === 'set'
            ? ({ ...edit, before: edit.after, after: knownOf(edit.before) } as const)
            : null;
    if (inverse === null || (await standingOf(edit, signal).catch(() => 'open')) === 'open') return;
    const { tool, args } = sceneCommands(inverse);
    await calls.attempt(tool, args, signal).catch(() => undefined);
  }

  /** With what only Unity knows afterwards. */
  async function completed(edit: SceneEdit, before: SceneObject | null, signal: AbortSignal) {
    const object = await reads.find(edit.path, signal);
    const components = object?.components ?? [];
    if (edit.kind === 'create' && object !== null) {
      const { children, position } = object;
      return { edit: { ...edit, made: { components, children, position } }, components };
    }
    if (edit.kind === 'add') {
      const old = [...(before?.components ?? [])];
      const added = components.filter((name) => {
        const at = old.indexOf(name);
        if (at >= 0) old.splice(at, 1);
        return at < 0;
      });
      return { edit: { ...edit, added: added.toReversed() }, components };
    }
    return { edit, components };
  }

  return {
    async listScene({ root, limit }, { signal }) {
      const scene = await reads.activeScene(signal);
      const start = root === undefined ? null : (await require(root, signal)).path;
      return { scene, ...(await reads.walk(start, limit, signal)) };
    },

    async planCreateObject(request, { signal }) {
      const scene = await reads.activeScene(signal);
      const parent = request.parent === undefined ? null : await require(request.parent, signal);
      const path = parent === null ? request.name : `${parent.path}/${request.name}`;
      const named = parent === null ? request : { ...request, parent: parent.path };
      if ((await reads.find(path, signal)) !== null) {
        throw new AppError('unity_rejected', `There is an object ${path} already. Change it, or choose another name.`, {
          data: { path },
        });
      }
      const components = ['Transform', ...request.components.map(({ type }) => type)];
      const after = objectText({ path, components, position: request.position ?? [0, 0, 0] }, request.tag);
      return planOf(scene, { kind: 'create', path, request: named, made: null }, '', after, []);
    },

    async planSetComponent({ target, component, properties }, { signal }) {
      const scene = await reads.activeScene(signal);
      const object = await require(target, signal);
      const { path } = object;
      if (!object.components.includes(component)) {
        const edit: SceneEdit = { kind: 'add', path, component, properties, added: null };
        const after = { ...object, components: [...object.components, component] };
        const values = Object.keys(properties).length === 0 ? '' : valuesText(path, component, properties);
        return planOf(scene, edit, objectText(object), objectText(after) + values, []);
      }
      if (Object.keys(properties).length === 0) {
        throw new AppError('unity_rejected', `${path} has ${component} already. Name the properties to set.`, {
          data: { path, component },
        });
      }
      const now = await reads.properties(object, component, signal);
      const before = Object.fromEntries(
        Object.keys(properties).flatMap((name) => (name in now ? [[name, now[name]]] : [])),
      );
      const unknown = Object.keys(properties).filter((name) => !(name in now));
      const warnings = unknown.map(
        (name) => `The value of ${name} before could not be read: setting it cannot be undone.`,
      );
      const edit: SceneEdit = { kind: 'set', path, component, before, after: properties };
      return planOf(
        scene,
        edit,
        valuesText(path, component, before),
        valuesText(path, component, properties),
        warnings,
      );
    },

    async planSceneUndo(edit, scene, { signal }): Promise<SceneUndo> {
      const open = await reads.activeScene(signal);
      if (open !== scene) {
        return { kind: 'conflict', why: `${scene} is not the open scene (${open} is).`, now: '', wanted: '' };
      }
      const object = await reads.find(edit.path, signal);
      const inverse = await inverseOf(edit, object, signal);
      if (!('kind' in inverse)) {
        const plan = planOf(scene, inverse.edit, objectText(object), inverse.after, []);
        return { kind: 'plan', plan };
      }
      return inverse;
    },

    async unityEditScene(plan, { signal }) {
      const queued = performance.now();
      return await writes.run(async () => {
        const started = performance.now();
        const timing = [{ step: 'queue', ms: Math.round(started - queued) }];
        throwIfCancelled(signal);
        const { edit } = plan;
        if ((await reads.activeScene(signal)) !== plan.scene || (await standingOf(edit, signal)) !== 'open') {
          throw new AppError(
            'stale_file',
            `${edit.path} is not as it was when this was planned. Nothing was changed.`,
            {
              data: { path: edit.path },
            },
          );
        }
        const before = await reads.find(edit.path, signal);
        await perform(edit, signal);
        const outcome = await completed(edit, before, signal);
        timing.push({ step: 'unity', ms: Math.round(performance.now() - started) });
        return { ...outcome, timing };
      }, signal);
    },
  };
}

const maxSends = 3;

/** `partial`: some steps of ours are there; `other`: not as it was planned on. */
type Standing = 'done' | 'open' | 'partial' | 'other';

const batchResults = z.object({
  results: z.array(
    z.object({
      callSucceeded: z.boolean(),
      error: z.string().nullish(),
      result: z
        .object({
          error: z.string().nullish(),
          message: z.string().nullish(),
          data: z
            .object({ errors: z.array(z.string()).nullish() })
            .nullish()
            .catch(null),
        })
        .nullish(),
    }),
  ),
});

/** A batch only says that something failed; its results say what. */
function refusalOf(failure: Failure, tool: string): AppError {
  const parsed = failure.kind === 'failed' ? batchResults.safeParse(failure.data) : undefined;
  const failed = parsed?.data?.results.find(({ callSucceeded }) => !callSucceeded);
  const why =
    failed?.result?.data?.errors?.join(' ') ?? failed?.result?.error ?? failed?.result?.message ?? failed?.error;
  if (why == null) return toUnityError(failure, { tool, write: true });
  return new AppError('unity_rejected', `${why} Nothing was left changed.`, { data: { tool } });
}
