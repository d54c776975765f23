/**
 * Reads Unity's own YAML: scenes, prefabs, materials, animations, `.asset` and `.meta` files. A small line reader and not
 * a YAML library: Unity declares its tags in the first document only, marks documents `stripped`, writes keys with blanks
 * and 64-bit ids, all of which general readers refuse or round. What it does not understand is kept as text; it never
 * throws. Limits keep a broken or huge file from costing more than it tells.
 */
export type YamlValue = string | number | null | YamlValue[] | { [key: string]: YamlValue };
export type YamlMap = { [key: string]: YamlValue };

export interface YamlDocument {
  readonly classId: number;
  readonly fileId: string;
  /** `GameObject`, `Transform`, `MonoBehaviour`, … */
  readonly type: string;
  /** Only a stand-in for an object of a prefab instance. */
  readonly stripped: boolean;
  readonly value: YamlMap;
}

export const maxYamlCharacters = 16 * 1024 * 1024;
const maxDepth = 48;
const maxDocuments = 50_000;

export const isUnityYaml = (text: string): boolean => text.startsWith('%YAML') || text.startsWith('--- !u!');

/** Null when the text is not Unity's YAML, or larger than `maxYamlCharacters`. */
export function parseDocuments(text: string): YamlDocument[] | null {
  if (!isUnityYaml(text) || text.length > maxYamlCharacters) return null;
  const lines = text.split(/\r?\n/);
  const documents: YamlDocument[] = [];
  let start = lines.findIndex(isHeader);
  while (start !== -1 && documents.length < maxDocuments) {
    let end = start + 1;
    while (end < lines.length && !isHeader(lines[end] ?? '')) end += 1;
    const header = /^--- !u!(\d+) &(-?\d+)( stripped)?/.exec(lines[start] ?? '');
    if (header !== null) {
      const body = parseYamlLines(lines.slice(start + 1, end));
      const [type = '', value = null] = Object.entries(body)[0] ?? [];
      documents.push({
        classId: Number(header[1]),
        fileId: header[2] ?? '',
        type,
        stripped: header[3] !== undefined,
        value: isMap(value) ? value : {},
      });
    }
    start = end < lines.length ? end : -1;
  }
  return documents;
}

/** A mapping without document headers, as in `.meta` files. */
export const parseYamlText = (text: string): YamlMap =>
  text.length > maxYamlCharacters ? {} : parseYamlLines(text.split(/\r?\n/));

export const isMap = (value: YamlValue | undefined): value is YamlMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isHeader = (line: string): boolean => line.startsWith('--- ');

function parseYamlLines(lines: readonly string[]): YamlMap {
  const reader = makeReader(lines.filter((line) => line.trim() !== '' && !/^\s*#/.test(line) && !line.startsWith('%')));
  const value = reader.block(0, 0);
  return isMap(value) ? value : {};
}

function makeReader(lines: string[]) {
  let at = 0;
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  const peek = (): string | undefined => lines[at];

  function block(indent: number, depth: number): YamlValue {
    const line = peek();
    if (line === undefined || depth > maxDepth) return skip(indent);
    return isItem(line.trimStart()) ? list(indentOf(line), depth) : map(indentOf(line), depth);
  }

  /** Beyond the limits: passes over what belongs to the block. */
  function skip(indent: number): null {
    while (at < lines.length && indentOf(lines[at] ?? '') >= indent) at += 1;
    return null;
  }

  function map(indent: number, depth: number): YamlMap {
    // Without a prototype: a key may be called `__proto__`.
    const result = Object.create(null) as YamlMap;
    for (let line = peek(); line !== undefined && indentOf(line) === indent; line = peek()) {
      const pair = splitPair(line.slice(indent));
      if (pair === undefined) {
        if (isItem(line.slice(indent))) break;
        at += 1;
        continue;
      }
      at += 1;
      result[pair.key] = value(pair.rest, indent, depth);
    }
    if (at < lines.length && indentOf(peek() ?? '') > indent) skip(indent + 1);
    return { ...result };
  }

  function value(rest: string, indent: number, depth: number): YamlValue {
    if (rest !== '') return scalar(rest, indent);
    const next = peek();
    if (next === undefined) return null;
    const inner = indentOf(next);
    if (inner > indent) return block(inner, depth + 1);
    return inner === indent && isItem(next.slice(inner)) ? list(indent, depth + 1) : null;
  }

  function list(indent: number, depth: number): YamlValue[] {
    const items: YamlValue[] = [];
    for (
      let line = peek();
      line !== undefined && indentOf(line) === indent && isItem(line.slice(indent));
      line = peek()
    ) {
      const rest = line.slice(indent + 1).trimStart();
      const offset = line.length - rest.length;
      if (depth > maxDepth) {
        at += 1;
        skip(indent + 1);
      } else if (rest === '') {
        at += 1;
        items.push(value('', indent, depth + 1));
      } else if (isItem(rest)) {
        lines[at] = `${' '.repeat(offset)}${rest}`;
        items.push(list(offset, depth + 1));
      } else if (!/^[{["']/.test(rest) && splitPair(rest) !== undefined) {
        // `- key: value` begins a mapping whose keys stand where this one does.
        lines[at] = `${' '.repeat(offset)}${rest}`;
        items.push(map(offset, depth + 1));
      } else {
        at += 1;
        items.push(scalar(rest, indent));
      }
    }
    return items;
  }

  /** A scalar or a flow collection; what is not closed on its line goes on below. */
  function scalar(first: string, indent: number): YamlValue {
    let text = first;
    const open = (): boolean => (/^[{[]/.test(text) ? !isBalanced(text) : /^["']/.test(text) ? !isClosed(text) : false);
    const isPlain = !/^[{["']/.test(text);
    for (let line = peek(); line !== undefined; line = peek()) {
      const continues = isPlain ? indentOf(line) > indent : open();
      if (!continues) break;
      text += ` ${line.trim()}`;
      at += 1;
    }
    return /^[{[]/.test(text) ? parseFlow(text) : toScalar(text);
  }

  return { block };
}

const isItem = (text: string): boolean => text === '-' || text.startsWith('- ');

function splitPair(text: string): { readonly key: string; readonly rest: string } | undefined {
  const match = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'{[][^:]*?)\s*:(?:\s+(.*))?$/.exec(text);
  if (match === null) return undefined;
  const [, key = '', rest = ''] = match;
  const unquoted = /^["']/.test(key) ? toScalar(key) : key;
  return { key: typeof unquoted === 'string' ? unquoted : key, rest: rest.trim() };
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
  }
  return depth <= 0;
}

const isClosed = (text: string): boolean =>
  text.startsWith('"') ? /^"(?:[^"\\]|\\.)*"$/s.test(text) : /^'(?:[^']|'')*'$/s.test(text);

/** `{fileID: 1, guid: ab, type: 2}`, `[a, b]`, nested. */
function parseFlow(text: string): YamlValue {
  let at = 0;
  const blank = (): void => {
    while (/\s/.test(text[at] ?? '')) at += 1;
  };
  function one(depth: number): YamlValue {
    blank();
    if (depth > maxDepth) return null;
    if (text[at] === '{' || text[at] === '[') return many(depth);
    const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(text.slice(at));
    const plain = quoted ?? /^[^,}\]]*/.exec(text.slice(at));
    at += plain?.[0].length ?? 0;
    return toScalar((plain?.[0] ?? '').trim());
  }
  function many(depth: number): YamlValue {
    const isObject = text[at] === '{';
    at += 1;
    const items: YamlValue[] = [];
    const result: YamlMap = {};
    for (blank(); at < text.length && text[at] !== '}' && text[at] !== ']'; blank()) {
      const before = at;
      if (isObject) {
        const key = /^([^:,}]*):/.exec(text.slice(at));
        if (key === null) break;
        at += key[0].length;
        Object.defineProperty(result, (key[1] ?? '').trim(), {
          value: one(depth + 1),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else items.push(one(depth + 1));
      blank();
      if (text[at] === ',') at += 1;
      if (at === before) break;
    }
    at += 1;
    return isObject ? result : items;
  }
  return one(0);
}

/** Ids beyond 2^53 and guids of digits only stay text. */
function toScalar(text: string): YamlValue {
  if (text.startsWith('"') && text.endsWith('"') && text.length > 1) {
    try {
      const value: unknown = JSON.parse(text.replaceAll(/\\x([0-9A-Fa-f]{2})/g, '\\u00$1'));
      return typeof value === 'string' ? value : text;
    } catch {
      return text.slice(1, -1);
    }
  }
  if (text.startsWith("'") && text.endsWith("'") && text.length > 1) return text.slice(1, -1).replaceAll("''", "'");
  if (text === '' || text === '~') return null;
  if (text.length <= 17 && /^-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) && !/^-?0\d/.test(text)) {
    const number = Number(text);
    if (Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number;
  }
  return text;
}
