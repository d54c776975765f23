import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import type { UasType } from '../../../shared/contracts/uas.ts';

/**
 * The types that a C# file declares, with the fields that Unity serialises by its rules: public, or marked
 * `[SerializeField]`/`[SerializeReference]`, and neither static, const, readonly nor marked `[NonSerialized]`. Only the
 * text is known, so whether a field's own type can be serialised is not judged.
 */
export interface ScriptTypes {
  readonly types: UasType[];
  /** False when the file has syntax errors: the list may then be incomplete. */
  readonly whole: boolean;
}

const kinds: Readonly<Record<string, UasType['kind']>> = {
  class_declaration: 'class',
  struct_declaration: 'struct',
  interface_declaration: 'interface',
  enum_declaration: 'enum',
  record_declaration: 'record',
};
const maxInitialCharacters = 200;

export function typesOfScript(parser: TreeSitter.Parser, text: string): ScriptTypes {
  const tree = parser.parse(text);
  if (tree === null) return { types: [], whole: false };
  try {
    const nodes = tree.rootNode.descendantsOfType(Object.keys(kinds)).filter((node) => node !== null);
    return { types: nodes.map(toType), whole: !tree.rootNode.hasError };
  } finally {
    tree.delete();
  }
}

function toType(node: TreeSitter.Node): UasType {
  const kind = kinds[node.type] ?? 'class';
  const namespace = namespaceOf(node);
  const bases = childrenOf(node).find(({ type }) => type === 'base_list');
  return {
    name: nameOf(node),
    kind,
    ...(namespace === '' ? {} : { namespace }),
    bases: bases === undefined ? [] : bases.namedChildren.flatMap((base) => (base === null ? [] : [base.text])),
    fields: kind === 'enum' ? membersOf(node) : fieldsOf(node),
  };
}

/** Outer types count as a part of the name, as in C#: `Outer.Inner`. */
function nameOf(node: TreeSitter.Node): string {
  const own = node.childForFieldName('name')?.text ?? '';
  for (let up = node.parent; up !== null; up = up.parent)
    if (kinds[up.type] !== undefined) return `${nameOf(up)}.${own}`;
  return own;
}

function namespaceOf(node: TreeSitter.Node): string {
  const parts: string[] = [];
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.type === 'namespace_declaration') parts.unshift(up.childForFieldName('name')?.text ?? '');
    if (up.parent === null) {
      const file = childrenOf(up).find(({ type }) => type === 'file_scoped_namespace_declaration');
      if (file !== undefined) parts.unshift(file.childForFieldName('name')?.text ?? '');
    }
  }
  return [...new Set(parts)].join('.');
}

function membersOf(node: TreeSitter.Node): UasType['fields'] {
  return (node.childForFieldName('body')?.namedChildren ?? []).flatMap((member) => {
    if (member?.type !== 'enum_member_declaration') return [];
    const initial = member.childForFieldName('value')?.text;
    const name = member.childForFieldName('name')?.text ?? '';
    return [{ name, type: 'int', ...(initial === undefined ? {} : { initial }) }];
  });
}

function fieldsOf(node: TreeSitter.Node): UasType['fields'] {
  const body = node.childForFieldName('body');
  return childrenOf(body).flatMap((member) => {
    if (member.type !== 'field_declaration' || !isSerialised(member)) return [];
    const declaration = childrenOf(member).find(({ type }) => type === 'variable_declaration');
    const type = declaration?.childForFieldName('type')?.text ?? '';
    return childrenOf(declaration ?? null).flatMap((variable) => {
      if (variable.type !== 'variable_declarator') return [];
      const name = variable.childForFieldName('name')?.text ?? '';
      const initial = /=\s*([\s\S]+)$/.exec(variable.text)?.[1]?.trim();
      return [{ name, type, ...(initial === undefined ? {} : { initial: initial.slice(0, maxInitialCharacters) }) }];
    });
  });
}

function isSerialised(field: TreeSitter.Node): boolean {
  const modifiers = childrenOf(field).flatMap(({ type, text }) => (type === 'modifier' ? [text] : []));
  const attributes = childrenOf(field)
    .flatMap(({ type, text }) => (type === 'attribute_list' ? [text] : []))
    .join(' ');
  if (modifiers.some((modifier) => ['static', 'const', 'readonly'].includes(modifier))) return false;
  if (/\bNonSerialized\b/.test(attributes)) return false;
  return modifiers.includes('public') || /\bSerialize(Field|Reference)\b/.test(attributes);
}

const childrenOf = (node: TreeSitter.Node | null): TreeSitter.Node[] =>
  (node?.children ?? []).filter((child) => child !== null);
