import type * as TreeSitter from '@vscode/tree-sitter-wasm';

/**
 * What other scripts can use of a C# file: its types that are not private, with the members that are public or that Unity
 * serialises, as declarations without bodies and initial values. Made for a model to read, so that it calls what exists.
 */
const typeNodes: ReadonlySet<string> = new Set([
  'class_declaration',
  'struct_declaration',
  'interface_declaration',
  'record_declaration',
]);
const memberNodes: ReadonlySet<string> = new Set([
  'method_declaration',
  'constructor_declaration',
  'operator_declaration',
  'indexer_declaration',
  'property_declaration',
  'field_declaration',
  'event_field_declaration',
  'event_declaration',
  'delegate_declaration',
]);

export function surfaceOfScript(parser: TreeSitter.Parser, text: string): string {
  const tree = parser.parse(text);
  if (tree === null) return '';
  try {
    return surfacesIn(tree.rootNode, '').join('\n');
  } finally {
    tree.delete();
  }
}

/** The types among a node's children; namespaces are looked through and named in front of what they hold. */
function surfacesIn(node: TreeSitter.Node, namespace: string): string[] {
  let inside = namespace;
  return childrenOf(node).flatMap((child) => {
    if (child.type === 'file_scoped_namespace_declaration') {
      inside = nameOf(child);
      return surfacesIn(child, inside);
    }
    if (child.type === 'namespace_declaration') {
      const name = [namespace, nameOf(child)].filter((part) => part !== '').join('.');
      const body = child.childForFieldName('body');
      return body === null ? [] : surfacesIn(body, name);
    }
    return surfaceOf(child, '', inside);
  });
}

function surfaceOf(node: TreeSitter.Node, indent: string, namespace: string): string[] {
  if (node.type === 'enum_declaration' || node.type === 'delegate_declaration') {
    if (isPrivate(node)) return [];
    return [indent + inNamespace(namespace, oneLine(withoutAttributes(node)))];
  }
  if (!typeNodes.has(node.type) || isPrivate(node)) return [];
  const body = node.childForFieldName('body');
  const head = indent + inNamespace(namespace, oneLine(withoutAttributes(node, body)));
  if (body === null) return [`${head};`.replace(/;;$/, ';')];
  const isInterface = node.type === 'interface_declaration';
  const members = childrenOf(body).flatMap((member) => {
    if (typeNodes.has(member.type) || member.type === 'enum_declaration') {
      return modifiersOf(member).includes('public') ? surfaceOf(member, `${indent}  `, '') : [];
    }
    if (!memberNodes.has(member.type) || !isShown(member, isInterface)) return [];
    return [`${indent}  ${signatureOf(member)}`];
  });
  return members.length === 0 ? [`${head} { }`] : [`${head} {`, ...members, `${indent}}`];
}

const inNamespace = (namespace: string, text: string): string =>
  namespace === '' ? text : `/* ${namespace} */ ${text}`;

function signatureOf(member: TreeSitter.Node): string {
  if (member.type === 'field_declaration' || member.type === 'event_field_declaration') return fieldOf(member);
  const accessors = member.childForFieldName('accessors');
  if (accessors !== null) {
    const names = childrenOf(accessors).flatMap((accessor) => {
      if (accessor.type !== 'accessor_declaration') return [];
      return [`${[...modifiersOf(accessor), nameOf(accessor)].join(' ')};`];
    });
    return `${oneLine(withoutAttributes(member, accessors))} { ${names.join(' ')} }`;
  }
  const end = member.childForFieldName('body') ?? member.childForFieldName('value');
  const text = oneLine(withoutAttributes(member, end)).replace(/\s*(=>|;)\s*$/, '');
  return member.type === 'property_declaration' ? `${text} { get; }` : `${text};`;
}

/** Constants keep their value: it is what others use of them. */
function fieldOf(member: TreeSitter.Node): string {
  const text = oneLine(withoutAttributes(member));
  const keeps = modifiersOf(member).includes('const');
  return `${(keeps ? text : text.replace(/\s*=.*$/, '')).replace(/;$/, '')};`;
}

function isShown(member: TreeSitter.Node, isInterface: boolean): boolean {
  const modifiers = modifiersOf(member);
  if (modifiers.includes('public') || modifiers.includes('protected') || modifiers.includes('internal')) return true;
  return isInterface && !modifiers.includes('private');
}

const isPrivate = (node: TreeSitter.Node): boolean => modifiersOf(node).includes('private');

const modifiersOf = (node: TreeSitter.Node): string[] =>
  childrenOf(node).flatMap(({ type, text }) => (type === 'modifier' ? [text] : []));

const nameOf = (node: TreeSitter.Node): string => node.childForFieldName('name')?.text ?? '';

/** The node's text up to `end`, without its attributes and comments. */
function withoutAttributes(node: TreeSitter.Node, end: TreeSitter.Node | null = null): string {
  const first = childrenOf(node).find(({ type }) => type !== 'attribute_list' && type !== 'comment');
  const from = (first ?? node).startIndex - node.startIndex;
  return node.text.slice(from, end === null ? undefined : end.startIndex - node.startIndex);
}

const oneLine = (text: string): string =>
  text
    .replaceAll(/\/\/[^\n]*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

const childrenOf = (node: TreeSitter.Node): TreeSitter.Node[] => node.children.filter((child) => child !== null);
