import { LineCounter, isNode, parseDocument, type Document } from 'yaml';
import { ValidationError, type Issue } from '../../../../shared/errors/index.ts';
import { ruleFileSchema, type Rule } from './ruleSchema.ts';

/**
 * The rules of a YAML text. Throws a ValidationError that names every mistake with its line: of YAML, of each field, and
 * ids that are there twice. `name` is what the text is called in the message.
 */
export function readRules(text: string, name: string): readonly Rule[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map(({ pos: [at], message }): Located => ({ line: lines.linePos(at).line, message }));
  // A text that could not be read to its end has no fields to speak of; one with a key twice has.
  const isBroken = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  if (isBroken) throw mistakes(name, syntax);

  const value: unknown = document.toJS();
  const lineOf = (path: readonly PropertyKey[]): number => lines.linePos(offsetOf(document, path)).line;
  const parsed = ruleFileSchema.safeParse(value);
  const fields = (parsed.error?.issues ?? []).map(({ path, message }): Located => ({
    line: lineOf(path),
    message: `${spell(path)} ${message}`,
  }));
  const repeated = repeatedIds(value).map(({ at, id }): Located => ({
    line: lineOf(['rules', at, 'id']),
    message: `rules[${at}].id ${id} is there twice`,
  }));
  const found = [...syntax, ...fields, ...repeated];
  if (found.length > 0 || !parsed.success) throw mistakes(name, found);
  return parsed.data.rules;
}

interface Located {
  readonly line: number;
  readonly message: string;
}

function mistakes(name: string, found: readonly Located[]): ValidationError {
  const issues = found
    .toSorted((one, other) => one.line - other.line)
    .map(({ line, message }): Issue => ({ path: `${name}:${line}`, message }));
  const list = issues.map(({ path, message }) => `  ${path}: ${message}`).join('\n');
  return new ValidationError(
    `The rules cannot be used; nothing was changed. Mend ${issues.length === 1 ? 'this' : `these ${issues.length}`}:\n${list}`,
    issues,
  );
}

/** Where the innermost node of the path that exists begins: a missing field is told at its rule. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** Of what was read, right or wrong: a file with another mistake is told of this one, too. */
function repeatedIds(value: unknown): { readonly at: number; readonly id: string }[] {
  const rules: unknown = typeof value === 'object' && value !== null && 'rules' in value ? value.rules : undefined;
  if (!Array.isArray(rules)) return [];
  const ids = rules.map((rule: unknown) =>
    typeof rule === 'object' && rule !== null && 'id' in rule ? rule.id : null,
  );
  return ids.flatMap((id, at) => (typeof id === 'string' && ids.indexOf(id) < at ? [{ at, id }] : []));
}

const spell = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the file'
    : path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .slice(1);
