import { AppError } from '../../../shared/errors/index.ts';
import type { SceneReads } from './sceneReads.ts';
import { makeInverse } from './sceneInverse.ts';
import { objectText, stepsOf, subjectOf, valuesText } from './sceneText.ts';
import type { SceneEdit, SceneObject, ScenePlan, SceneUndo, UnityScene } from './sceneTypes.ts';

/** Looks at the open scene, and says exactly what an edit would change in it. Changes nothing. */
export type ScenePlans = Omit<UnityScene, 'unityEditScene'>;

export function makeScenePlans(deps: { readonly reads: SceneReads }): ScenePlans {
  const { reads } = deps;
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
  };
}
