import { isRecord, type Body } from '../editor/reply.ts';

/** Checks arguments against a captured input schema and words the refusal as pydantic does; null when they are fine. */
export function validateArguments(tool: string, schema: Body, args: Body): string | null {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const problems: Problem[] = [];
  for (const name of required) {
    if (!(name in args)) problems.push(problem(name, 'missing_argument', 'Missing required argument', args));
  }
  for (const [name, value] of Object.entries(args)) {
    const property = properties[name];
    if (isRecord(property)) problems.push(...check(name, property, value));
    else problems.push(problem(name, 'unexpected_keyword_argument', 'Unexpected keyword argument', value));
  }
  if (problems.length === 0) return null;
  const head = `${problems.length} validation error${problems.length === 1 ? '' : 's'} for call[${tool}]`;
  return [head, ...problems.map(format)].join('\n');
}

interface Problem {
  readonly location: string;
  readonly type: string;
  readonly message: string;
  readonly value: unknown;
}

const problem = (location: string, type: string, message: string, value: unknown): Problem => ({
  location,
  type,
  message,
  value,
});

function check(location: string, schema: Body, value: unknown): Problem[] {
  if (Array.isArray(schema['anyOf'])) return checkUnion(location, schema['anyOf'].filter(isRecord), value);
  if (Array.isArray(schema['enum'])) {
    const allowed = schema['enum'].map((item) => `'${String(item)}'`);
    if (schema['enum'].includes(value)) return [];
    return [problem(location, 'literal_error', `Input should be ${orList(allowed)}`, value)];
  }
  switch (schema['type']) {
    case 'string':
      return typeof value === 'string'
        ? []
        : [problem(location, 'string_type', 'Input should be a valid string', value)];
    case 'boolean':
      return isBoolean(value) ? [] : [problem(location, 'bool_type', 'Input should be a valid boolean', value)];
    case 'integer':
      return isNumber(value) && Number.isInteger(Number(value))
        ? []
        : [problem(location, 'int_type', 'Input should be a valid integer', value)];
    case 'number':
      return isNumber(value) ? [] : [problem(location, 'float_type', 'Input should be a valid number', value)];
    case 'null':
      return value === null ? [] : [problem(location, 'none_required', 'Input should be None', value)];
    case 'object':
      return isRecord(value) ? [] : [problem(location, 'dict_type', 'Input should be a valid dictionary', value)];
    case 'array':
      if (!Array.isArray(value)) return [problem(location, 'list_type', 'Input should be a valid list', value)];
      return isRecord(schema['items'])
        ? value.flatMap((item, index) =>
            check(`${location}.${index}`, isRecord(schema['items']) ? schema['items'] : {}, item),
          )
        : [];
    default:
      return [];
  }
}

function checkUnion(location: string, members: readonly Body[], value: unknown): Problem[] {
  if (members.some((member) => check(location, member, value).length === 0)) return [];
  const others = members.filter((member) => member['type'] !== 'null');
  const [only] = others;
  if (others.length === 1 && only !== undefined) return check(location, only, value);
  return others.flatMap((member) => check(`${location}.${label(member)}`, member, value));
}

function label(schema: Body): string {
  if (Array.isArray(schema['enum'])) return `literal[${schema['enum'].map((item) => `'${String(item)}'`).join(',')}]`;
  const names: Readonly<Record<string, string>> = { string: 'str', integer: 'int', boolean: 'bool', number: 'float' };
  if (schema['type'] === 'array') return `list[${isRecord(schema['items']) ? label(schema['items']) : 'any'}]`;
  return schema['type'] === 'object' ? 'dict[str,any]' : (names[String(schema['type'])] ?? 'any');
}

const isBoolean = (value: unknown): boolean =>
  typeof value === 'boolean' || value === 'true' || value === 'false' || value === 0 || value === 1;
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)));

function orList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1) ?? ''}`;
}

function format({ location, type, message, value }: Problem): string {
  const shown = shorten(pythonRepr(value));
  return [
    location,
    `  ${message} [type=${type}, input_value=${shown}, input_type=${pythonType(value)}]`,
    `    For further information visit https://errors.pydantic.dev/2.14/v/${type}`,
  ].join('\n');
}

const shorten = (text: string): string => (text.length > 50 ? `${text.slice(0, 25)}...${text.slice(-24)}` : text);

function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string')
    return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (isRecord(value)) {
    return `{${Object.entries(value)
      .map(([key, field]) => `'${key}': ${pythonRepr(field)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'str';
  return typeof value === 'boolean' ? 'bool' : 'dict';
}
