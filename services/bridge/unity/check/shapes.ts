/**
 * Shapes of replies: every field's path with its type (`data.items[].name: string`). They show where a live editor
 * answers in another form than the captured server did; values do not matter.
 */
export type Shape = ReadonlyMap<string, string>;

export interface ShapeDifference {
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** Fields of another type, `path: expected → seen`. */
  readonly changed: readonly string[];
}

/** The fields of a value; the elements of a list count as one. */
export function shapeOf(value: unknown, path = ''): Map<string, string> {
  if (Array.isArray(value)) {
    const inner = value.map((item) => shapeOf(item, `${path}[]`));
    return new Map([[path, 'array'], ...inner.flatMap((shape) => [...shape])]);
  }
  if (typeof value !== 'object' || value === null) return new Map([[path, value === null ? 'null' : typeof value]]);
  const fields = Object.entries(value).flatMap(([key, field]) => [
    ...shapeOf(field, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(path === '' ? fields : [[path, 'object'], ...fields]);
}

/** What differs; a field that is null on one side has no type to compare, and what lies below it is not missed. */
export function compareShapes(expected: Shape, seen: Shape): ShapeDifference {
  const below = (path: string, shape: Shape): boolean =>
    [...shape].some(
      ([other, type]) =>
        (type === 'null' || (type === 'array' && !hasElements(other, shape))) &&
        (path.startsWith(`${other}.`) || path.startsWith(`${other}[`)),
    );
  return {
    missing: [...expected.keys()].filter((path) => !seen.has(path) && !below(path, seen)),
    added: [...seen.keys()].filter((path) => !expected.has(path) && !below(path, expected)),
    changed: [...expected].flatMap(([path, type]) => {
      const other = seen.get(path);
      if (other === undefined || other === type || other === 'null' || type === 'null') return [];
      return [`${path}: ${type} → ${other}`];
    }),
  };
}

const hasElements = (path: string, shape: Shape): boolean =>
  [...shape.keys()].some((other) => other.startsWith(`${path}[]`));
