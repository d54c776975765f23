import type { RecordedLine } from './recording.ts';

/** Every field of every type of event, with the JSON types that it was seen with. */
type Shapes = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** What the events of the service and of the stand-in have not in common, one sentence each. */
export function compareShapes(
  service: readonly RecordedLine['event'][],
  standIn: readonly RecordedLine['event'][],
): string[] {
  const theirs = shapesOf(service);
  const ours = shapesOf(standIn);
  const types = [...new Set([...theirs.keys(), ...ours.keys()])].toSorted();
  return types.flatMap((type) => {
    const real = theirs.get(type);
    const made = ours.get(type);
    if (real === undefined) return [`${type}: only the stand-in sends it`];
    if (made === undefined) return [`${type}: the stand-in does not send it`];
    const counts = [service, standIn].map((events) => events.filter((event) => event.type === type).length);
    const uncounted = type.endsWith('.delta') || type === 'rate_limits.updated' || counts[0] === counts[1];
    return [
      ...(uncounted ? [] : [`${type}: ${counts[0]} times from the service, ${counts[1]} times from the stand-in`]),
      ...compareFields(type, real, made),
    ];
  });
}

function compareFields(
  type: string,
  real: ReadonlyMap<string, ReadonlySet<string>>,
  made: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const paths = [...new Set([...real.keys(), ...made.keys()])].toSorted();
  return paths.flatMap((path) => {
    const theirs = [...(real.get(path) ?? [])].toSorted().join(' or ');
    const ours = [...(made.get(path) ?? [])].toSorted().join(' or ');
    if (theirs === ours) return [];
    if (theirs === '') return [`${type}: only the stand-in has the field ${path}`];
    if (ours === '') return [`${type}: the stand-in lacks the field ${path} (${theirs})`];
    return [`${type}: ${path} is ${theirs} from the service and ${ours} from the stand-in`];
  });
}

function shapesOf(events: readonly RecordedLine['event'][]): Shapes {
  const shapes = new Map<string, Map<string, Set<string>>>();
  for (const event of events) {
    const fields = shapes.get(event.type) ?? new Map<string, Set<string>>();
    shapes.set(event.type, fields);
    for (const [key, value] of Object.entries(event)) note(fields, key, value);
  }
  return shapes;
}

/** An object that names its own type is a kind of its own: `output[]<message>` and `output[]<function_call>`. */
function note(fields: Map<string, Set<string>>, path: string, value: unknown): void {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const here = isRecord(value) && typeof value['type'] === 'string' ? `${path}<${value['type']}>` : path;
  fields.set(here, (fields.get(here) ?? new Set()).add(type));
  if (Array.isArray(value)) for (const part of value) note(fields, `${here}[]`, part);
  else if (isRecord(value)) for (const [key, field] of Object.entries(value)) note(fields, `${here}.${key}`, field);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
