import type treeSitter from '@vscode/tree-sitter-wasm';

/**
 * Names that a file uses and that nothing can declare, as Roslyn would report them: CS0103 for a simple name, CS0246 for
 * a type. It is no binder. It says nothing wherever a name could come from what it does not see (an unknown base class or
 * namespace, a partial class, a branch of `#if`), and a name that is declared anywhere in the file counts as known
 * everywhere in it: what it reports, a real compiler reports as well, and not the other way round.
 */
export interface UnknownName {
  readonly name: string;
  readonly code: 'CS0103' | 'CS0246';
  readonly message: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** The compiler looks into bodies only when every declaration is right. */
  readonly stage: 'declaration' | 'body';
}

type Node = InstanceType<typeof treeSitter.Node>;

/** Well-known types by their namespace, none of which another well-known namespace has as well. */
const namespaces: Readonly<Record<string, string>> = {
  UnityEngine:
    'AudioSource Camera CharacterController Collider Color GameObject KeyCode MonoBehaviour Mathf Quaternion Rigidbody ' +
    'ScriptableObject SerializeField Time Transform Vector2 Vector3 WaitForSeconds',
  'System.Collections.Generic': 'Dictionary HashSet List Queue Stack',
};
const namespaceOfType = new Map(
  Object.entries(namespaces).flatMap(([space, names]) => names.split(' ').map((name) => [name, space] as const)),
);

/** Namespaces whose types all begin with a capital, so that a simple name in lower case is none of theirs. */
const isKnownNamespace = (name: string): boolean => /^(?:System|UnityEngine|UnityEditor|TMPro)(?:\.|$)/.test(name);

/** What a script inherits in lower case, obsolete members included: those are another error. */
const inherited = new Set(
  (
    'allowPrefabModeInPlayMode animation audio camera collider collider2D constantForce destroyCancellationToken didAwake ' +
    'didStart enabled gameObject hideFlags hingeJoint isActiveAndEnabled light name networkView particleEmitter ' +
    'particleSystem renderer rigidbody rigidbody2D runInEditMode tag transform useGUILayout guiElement guiText guiTexture'
  ).split(' '),
);
const knownBases = new Set(['MonoBehaviour', 'ScriptableObject']);
/** Words that are a name for the grammar and a keyword at some places of the language. */
const contextual = new Set(['_', 'args', 'dynamic', 'field', 'global', 'nameof', 'nint', 'nuint', 'value', 'var']);

/** Where a simple name is an expression: the field of the parent that holds it; null is a child without a field. */
const expressions: Readonly<Record<string, readonly (string | null)[]>> = {
  argument: [null],
  arrow_expression_clause: [null],
  assignment_expression: ['left', 'right'],
  await_expression: [null],
  binary_expression: ['left', 'right'],
  conditional_expression: ['condition', 'consequence', 'alternative'],
  element_access_expression: ['expression'],
  foreach_statement: ['right'],
  if_statement: ['condition'],
  interpolation: [null],
  invocation_expression: ['function'],
  member_access_expression: ['expression'],
  parenthesized_expression: [null],
  postfix_unary_expression: [null],
  prefix_unary_expression: [null],
  return_statement: [null],
  variable_declarator: [null],
  while_statement: ['condition'],
};
const types: Readonly<Record<string, readonly (string | null)[]>> = {
  array_type: ['type'],
  attribute: ['name'],
  base_list: [null],
  cast_expression: ['type'],
  method_declaration: ['returns'],
  object_creation_expression: ['type'],
  parameter: ['type'],
  property_declaration: ['type'],
  type_argument_list: [null],
  typeof_expression: ['type'],
  variable_declaration: ['type'],
};
/** Names of members, namespaces and arguments are looked up in something else. */
const elsewhere: Readonly<Record<string, readonly (string | null)[]>> = {
  alias_qualified_name: ['alias', 'name'],
  argument: ['name'],
  member_access_expression: ['name'],
  member_binding_expression: ['name'],
  qualified_name: ['qualifier', 'name'],
  using_directive: [null],
};
const typeDeclarations = ['class_declaration', 'struct_declaration', 'record_declaration', 'interface_declaration'];

export function findUnknownNames(root: Node): readonly UnknownName[] {
  const imports = importsOf(root);
  if (imports === null) return [];
  const declared = new Set(root.descendantsOfType('implicit_parameter').map((node) => node?.text ?? ''));
  const used: { readonly node: Node; readonly role: 'expression' | 'type' }[] = [];
  for (const node of root.descendantsOfType('identifier')) {
    if (node === null) continue;
    const role = roleOf(node);
    if (role === 'declaration') declared.add(node.text);
    else if (role !== 'elsewhere') used.push({ node, role });
  }
  const seesAll = imports.every(isKnownNamespace);
  return used.flatMap(({ node, role }) => {
    if (declared.has(node.text) || contextual.has(node.text) || isConditional(node)) return [];
    const space = namespaceOfType.get(node.text);
    if (space !== undefined) return isImported(space, imports, node) ? [] : unknownType(node, role);
    const isSure = role === 'expression' && seesAll && /^[a-z]/.test(node.text) && hasKnownBases(node);
    return isSure && !inherited.has(node.text) ? [unknownName(node)] : [];
  });
}

/** Namespaces of the file's usings; null when one of them brings names that the file does not show. */
function importsOf(root: Node): readonly string[] | null {
  const usings = root.descendantsOfType('using_directive').flatMap((node) => (node === null ? [] : [node.text]));
  const names = usings.map((text) => /^using\s+([\w.]+)\s*;$/.exec(text)?.[1]);
  return names.every((name) => name !== undefined) ? names : null;
}

function roleOf(node: Node): 'declaration' | 'elsewhere' | 'expression' | 'type' {
  // `List<int>` stands where its name is looked up.
  const stands = node.parent?.type === 'generic_name' ? node.parent : node;
  const parent = stands.parent;
  if (parent === null) return 'declaration';
  const place = fieldOf(parent, stands);
  const isIn = (table: typeof types): boolean => table[parent.type]?.includes(place) === true;
  if (isIn(elsewhere)) return 'elsewhere';
  if (isIn(types)) return 'type';
  if (isProduct(parent) && place === 'name') return 'expression';
  if (!isIn(expressions)) return 'declaration';
  // `new Foo { bar = 3 }` sets a member of Foo, `[Foo(bar = 3)]` as well.
  const around = parent.parent?.type ?? '';
  const isMember = place === 'left' && /initializer|attribute|with/.test(around);
  return isMember ? 'elsewhere' : 'expression';
}

/** `f(a * b)` is read by the grammar as the declaration of a pointer. */
const isProduct = (node: Node): boolean =>
  node.type === 'declaration_expression' &&
  node.childForFieldName('type')?.type === 'pointer_type' &&
  node.parent?.text.startsWith('out') === false;

/** Every field that a table names, and the name of what is declared. */
const fields = [
  ...new Set(
    [expressions, types, elsewhere].flatMap((table) => Object.values(table).flat()).filter((field) => field !== null),
  ),
];

function fieldOf(parent: Node, child: Node): string | null {
  return fields.find((field) => parent.childForFieldName(field)?.id === child.id) ?? null;
}

function ancestorsOf(node: Node): Node[] {
  const found: Node[] = [];
  for (let parent = node.parent; parent !== null; parent = parent.parent) found.push(parent);
  return found;
}

const isConditional = (node: Node): boolean => ancestorsOf(node).some(({ type }) => type.startsWith('preproc'));

/** True when every class around the name inherits only what is known. Outside of any class nothing is sure. */
function hasKnownBases(node: Node): boolean {
  const around = ancestorsOf(node).filter(({ type }) => typeDeclarations.includes(type));
  return around.length > 0 && around.every(isWhole);
}

function isWhole(declaration: Node): boolean {
  const parts = declaration.children.flatMap((child) => (child === null ? [] : [child]));
  const bases = parts.find(({ type }) => type === 'base_list')?.namedChildren ?? [];
  const isPartial = parts.some(({ type, text }) => type === 'modifier' && text === 'partial');
  return !isPartial && bases.every((base) => base !== null && (knownBases.has(base.text) || /^I[A-Z]/.test(base.text)));
}

/** By a using, or by a namespace that the file itself lies in. */
function isImported(space: string, imports: readonly string[], node: Node): boolean {
  const [root] = space.split('.');
  const own = ancestorsOf(node).map((around) => around.childForFieldName('name')?.text ?? '');
  return imports.includes(space) || own.some((name) => name === root || name.startsWith(`${root}.`));
}

function unknownName(node: Node): UnknownName {
  const message = `The name '${node.text}' does not exist in the current context`;
  return { name: node.text, code: 'CS0103', message, ...placeOf(node), stage: stageOf(node) };
}

function unknownType(node: Node, role: 'expression' | 'type'): UnknownName[] {
  if (role === 'expression') return [unknownName(node)];
  const shown = node.parent?.type === 'generic_name' ? `${node.text}<${commasOf(node.parent)}>` : node.text;
  // Of an attribute both names are looked up.
  const names = node.parent?.type === 'attribute' ? [`${shown}Attribute`, shown] : [shown];
  return names.map((name) => ({
    name: node.text,
    code: 'CS0246',
    message: `The type or namespace name '${name}' could not be found (are you missing a using directive or an assembly reference?)`,
    ...placeOf(node),
    stage: stageOf(node),
  }));
}

function commasOf(generic: Node): string {
  const list = generic.children.find((child) => child?.type === 'type_argument_list');
  return ','.repeat(Math.max(0, (list?.namedChildCount ?? 1) - 1));
}

const placeOf = (node: Node): { line: number; column: number } => ({
  line: node.startPosition.row + 1,
  column: node.startPosition.column + 1,
});

const bodies = ['block', 'arrow_expression_clause', 'variable_declarator'];
const stageOf = (node: Node): UnknownName['stage'] =>
  ancestorsOf(node).some(({ type }) => bodies.includes(type)) ? 'body' : 'declaration';
