import type { SceneReads } from './sceneReads.ts';
import { objectText, sameValue, sameValues, valuesText } from './sceneText.ts';
import type { SceneEdit, SceneObject, SceneUndo, Values } from './sceneTypes.ts';

/** The edit that takes another one back, with the text of what will be there; or why there is none. */
export type Inverse = (
  edit: SceneEdit,
  object: SceneObject | null,
  signal: AbortSignal,
) => Promise<{ readonly edit: SceneEdit; readonly after: string } | Exclude<SceneUndo, { kind: 'plan' }>>;

/** Only what is still as SPARK left it is taken back; anything that was changed since is a conflict. */
export function makeInverse(reads: Pick<SceneReads, 'properties'>): Inverse {
  return async function inverseOf(
    edit: SceneEdit,
    object: SceneObject | null,
    signal: AbortSignal,
  ): Promise<{ readonly edit: SceneEdit; readonly after: string } | Exclude<SceneUndo, { kind: 'plan' }>> {
    const nothing = (why: string) => ({ kind: 'nothing_to_do', why }) as const;
    const conflict = (why: string, wanted: string) =>
      ({ kind: 'conflict', why, now: objectText(object), wanted }) as const;
    const { path } = edit;
    switch (edit.kind) {
      case 'create': {
        if (object === null) return nothing(`${path} is gone already.`);
        const { made, request } = edit;
        const same =
          made !== null &&
          made.children === object.children &&
          sameValue(made.components, object.components) &&
          sameValue(made.position, object.position);
        if (!same) return conflict(`${path} was changed since it was created.`, '');
        return { edit: { kind: 'delete', path, request }, after: '' };
      }
      case 'delete': {
        if (object !== null) return conflict(`There is an object ${path} again.`, '');
        const components = ['Transform', ...edit.request.components.map(({ type }) => type)];
        const position = edit.request.position ?? [0, 0, 0];
        return { edit: { ...edit, kind: 'create', made: null }, after: objectText({ path, components, position }) };
      }
      case 'add': {
        const { component, properties } = edit;
        if (object === null || !object.components.includes(component)) {
          return nothing(`${path} does not have ${component} any more.`);
        }
        const now = await reads.properties(object, component, signal);
        if (!sameValues(properties, now)) {
          return conflict(`${component} on ${path} was changed since.`, valuesText(path, component, properties));
        }
        const added = (edit.added ?? [component]).filter((name) => object.components.includes(name));
        const components = object.components.filter((name) => !added.includes(name));
        return {
          edit: { kind: 'remove', path, component, properties, added },
          after: objectText({ ...object, components }),
        };
      }
      case 'remove': {
        const { component, properties } = edit;
        if (object === null) return conflict(`${path} was deleted since.`, '');
        if (object.components.includes(component)) return nothing(`${path} has ${component} again.`);
        const components = [...object.components, component];
        return {
          edit: { kind: 'add', path, component, properties, added: null },
          after: objectText({ ...object, components }),
        };
      }
      case 'set': {
        const { component, before, after } = edit;
        const wanted = valuesText(path, component, before);
        if (object === null || !object.components.includes(component)) {
          return conflict(`${path} does not have ${component} any more.`, wanted);
        }
        const now = await reads.properties(object, component, signal);
        const known = knownOf(before);
        if (Object.keys(known).length === 0) return conflict('The values before are not known.', wanted);
        if (sameValues(known, now)) return nothing(`${component} on ${path} has these values already.`);
        if (!sameValues(after, now)) return conflict(`${component} on ${path} was changed since.`, wanted);
        const current = Object.fromEntries(Object.keys(known).map((name) => [name, after[name]]));
        return { edit: { kind: 'set', path, component, before: current, after: known }, after: wanted };
      }
    }
  };
}

/** Without what could not be read. */
export const knownOf = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
