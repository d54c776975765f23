import type { SceneEdit, SceneObject, Values } from './sceneTypes.ts';

/** Objects and their changes in words and as text to compare. Pure. */
export function objectText(object: Pick<SceneObject, 'path' | 'components' | 'position'> | null, tag?: string): string {
  if (object === null) return '';
  const { path, components, position } = object;
  return [
    `GameObject ${path}`,
    ...(tag === undefined || tag === 'Untagged' ? [] : [`  tag: ${tag}`]),
    ...(position === null ? [] : [`  position: ${position.map(shortNumber).join(', ')}`]),
    '  components:',
    ...components.map((name) => `    ${name}`),
    '',
  ].join('\n');
}

export const valuesText = (path: string, component: string, values: Values): string =>
  [
    `GameObject ${path}`,
    `  ${component}:`,
    ...Object.entries(values).map(([name, value]) => `    ${name}: ${JSON.stringify(value) ?? 'not known'}`),
    '',
  ].join('\n');

export function subjectOf(edit: SceneEdit): string {
  const name = edit.path.slice(edit.path.lastIndexOf('/') + 1);
  switch (edit.kind) {
    case 'create':
      return `${name} created`;
    case 'delete':
      return `${name} deleted`;
    case 'add':
      return `${edit.component} added to ${name}`;
    case 'remove':
      return `${edit.component} removed from ${name}`;
    case 'set':
      return `${name} · ${edit.component} changed`;
  }
}

export function stepsOf(edit: SceneEdit): string[] {
  switch (edit.kind) {
    case 'create': {
      const { request } = edit;
      const shape = request.primitive === undefined ? 'an empty object' : `a ${request.primitive}`;
      const under = request.parent === undefined ? 'at the root of the scene' : `under ${request.parent}`;
      return [
        `Create ${shape} named ${request.name} ${under}.`,
        ...request.components.map(({ type, properties = {} }) => `Add ${type}${valueWords(properties)}.`),
      ];
    }
    case 'delete':
      return [`Delete ${edit.path}.`];
    case 'add':
      return [`Add ${edit.component} to ${edit.path}${valueWords(edit.properties)}.`];
    case 'remove':
      return [`Remove ${edit.added.join(', ')} from ${edit.path}.`];
    case 'set':
      return Object.entries(edit.after).map(
        ([name, value]) =>
          `Set ${name} of ${edit.component} on ${edit.path} from ${JSON.stringify(edit.before[name]) ?? 'an unknown value'} to ${JSON.stringify(value)}.`,
      );
  }
}

const valueWords = (values: Values): string => {
  const words = Object.entries(values).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return words.length === 0 ? '' : ` with ${words.join(', ')}`;
};

const shortNumber = (value: number): string => String(Math.round(value * 1_000) / 1_000);

/** Unity keeps 32-bit floats, and takes a vector as a list as well as by its fields. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.values(a), Object.values(b)];
  return left.length === right.length && left.every((value, index) => sameValue(value, right[index]));
}

export const sameValues = (wanted: Values, now: Values): boolean =>
  Object.entries(wanted).every(([name, value]) => sameValue(value, now[name]));
