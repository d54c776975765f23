import type { SceneReads } from './sceneReads.ts';
import { sameValue, sameValues } from './sceneText.ts';
import type { CreateObjectRequest, SceneEdit, SceneObject } from './sceneTypes.ts';

/** Where the scene stands against an edit. `partial`: some steps of it are there; `other`: not as it was planned on. */
export type Standing = 'done' | 'open' | 'partial' | 'other';

/** Reads the open scene to see what of an edit is there; what was sent to Unity before has been carried out by then. */
export type StandingOf = (edit: SceneEdit, signal: AbortSignal) => Promise<Standing>;

export function makeStandingOf(reads: Pick<SceneReads, 'find' | 'properties'>): StandingOf {
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

  return async function standingOf(edit, signal) {
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
      case 'remove': {
        if (object === null) return 'other';
        const left = edit.added.filter((name) => object.components.includes(name)).length;
        return left === 0 ? 'done' : left === edit.added.length ? 'open' : 'partial';
      }
      case 'set': {
        if (object === null || !object.components.includes(edit.component)) return 'other';
        const now = await reads.properties(object, edit.component, signal);
        if (sameValues(edit.after, now)) return 'done';
        if (sameValues(edit.before, now)) return 'open';
        const isOurs = Object.keys(edit.after).every(
          (name) => sameValue(edit.after[name], now[name]) || sameValue(edit.before[name], now[name]),
        );
        return isOurs ? 'partial' : 'other';
      }
    }
  };
}
