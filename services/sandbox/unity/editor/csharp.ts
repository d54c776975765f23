import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import treeSitter from '@vscode/tree-sitter-wasm';
import { findUnknownNames, type UnknownName } from './csharpNames.ts';

/**
 * Syntax of one C# file by tree-sitter, told in the compiler's words: a missing token or an error node becomes the CS
 * code that Roslyn gives for the same slip, at the place Roslyn points to (for a missing token: after the previous one).
 */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface TypeDeclaration {
  readonly name: string;
  readonly namespace: string;
  readonly bases: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly isPartial: boolean;
}

export interface CSharpFile {
  readonly diagnostics: readonly Diagnostic[];
  readonly types: readonly TypeDeclaration[];
  /** Of a file without syntax errors; a type or namespace of another file may still be meant. */
  readonly unknownNames: readonly UnknownName[];
}

export interface CSharpParser {
  readonly parse: (text: string) => CSharpFile;
}

type Node = InstanceType<typeof treeSitter.Node>;

let loading: Promise<CSharpParser> | undefined;

/** Loads the grammar once per process (about 5 MB of WebAssembly). */
export function loadCSharpParser(): Promise<CSharpParser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<CSharpParser> {
  const folder = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
  await treeSitter.Parser.init({ locateFile: (file) => join(folder, file) });
  const language = await treeSitter.Language.load(join(folder, 'tree-sitter-c-sharp.wasm'));
  const parser = new treeSitter.Parser();
  parser.setLanguage(language);
  return {
    parse(text) {
      const tree = parser.parse(text);
      if (tree === null) return { diagnostics: [], types: [], unknownNames: [] };
      try {
        const root = tree.rootNode;
        const types = collectTypes(root);
        return root.hasError
          ? { diagnostics: collectErrors(root, text), types, unknownNames: [] }
          : { diagnostics: [], types, unknownNames: findUnknownNames(root) };
      } finally {
        tree.delete();
      }
    },
  };
}

const missing: Readonly<Record<string, readonly [string, string]>> = {
  ';': ['CS1002', '; expected'],
  '}': ['CS1513', '} expected'],
  '{': ['CS1514', '{ expected'],
  ')': ['CS1026', ') expected'],
  identifier: ['CS1001', 'Identifier expected'],
};

function collectErrors(root: Node, text: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  const visit = (node: Node): void => {
    if (node.isMissing) {
      const [code, message] = missing[node.type] ?? ['CS1003', `Syntax error, '${node.type}' expected`];
      found.push({ code, message, ...endOfPrevious(text, node.startIndex) });
      return;
    }
    if (node.isError) {
      found.push(describeError(node, text));
      return;
    }
    if (!node.hasError) return;
    for (const child of node.children) if (child !== null) visit(child);
  };
  visit(root);
  const seen = new Set<string>();
  return found.filter(({ line, code }) => !seen.has(`${line} ${code}`) && seen.add(`${line} ${code}`));
}

function describeError(node: Node, text: string): Diagnostic {
  const nested = node.children.find((child) => child?.isError === true);
  if (nested !== undefined && nested !== null) return describeError(nested, text);
  const unended = node.text.includes('\n') ? findUnendedLine(text, node.startPosition.row) : undefined;
  if (unended !== undefined) return { code: 'CS1002', message: '; expected', ...unended };
  const at = { line: node.startPosition.row + 1, column: node.startPosition.column + 1 };
  const before = text.slice(0, node.startIndex);
  if (/[\w)\]"']\s*\n\s*$/.test(before) && !/^\s*[.{?:&|+*/=-]/.test(node.text)) {
    // The parser stumbles over the next statement; Roslyn points to the end of the one that is not closed.
    return { code: 'CS1002', message: '; expected', ...endOfPrevious(text, node.startIndex) };
  }
  const token = /\S+?(?=[\s;{}()[\],.]|$)|\S/.exec(node.text)?.[0] ?? node.text.slice(0, 20);
  if (node.text.trim() === '}')
    return { code: 'CS1022', message: 'Type or namespace definition, or end-of-file expected', ...at };
  if (node.parent?.type === 'declaration_list') {
    const message = `Invalid token '${token}' in a member declaration`;
    return { code: 'CS1519', message, ...at };
  }
  if (node.parent === null || node.parent.type === 'compilation_unit') {
    if (text.slice(node.startIndex).split('{').length > text.slice(node.startIndex).split('}').length) {
      return { code: 'CS1513', message: '} expected', ...endOfPrevious(text, text.length) };
    }
    return {
      code: 'CS0116',
      message: 'A namespace cannot directly contain members such as fields, methods or statements',
      ...at,
    };
  }
  return { code: 'CS1525', message: `Invalid expression term '${token}'`, ...at };
}

/** First line from `row` on that looks like a statement without its semicolon; the parser gave up on all of it. */
function findUnendedLine(text: string, row: number): { line: number; column: number } | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\/\/.*$/, '').trimEnd());
  for (let index = row; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const next = lines.slice(index + 1).find((other) => other !== '') ?? '';
    const isOpen = /[\w)\]"']$/.test(line) && !/^\s*(?:[[#]|(?:else|do|try|finally)$)/.test(line);
    const goesOn = /^\s*[{.?:&|+*/=<>)(,-]/.test(next) || /^\s*(?:if|for|foreach|while|switch|using)\b/.test(line);
    if (isOpen && !goesOn) return { line: index + 1, column: line.length + 1 };
  }
  return undefined;
}

function endOfPrevious(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index).trimEnd();
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

const typeNodes = [
  'class_declaration',
  'struct_declaration',
  'interface_declaration',
  'enum_declaration',
  'record_declaration',
];

function collectTypes(root: Node): TypeDeclaration[] {
  return root.descendantsOfType(typeNodes).flatMap((node) => {
    const name = node?.childForFieldName('name');
    if (node === null || name === null || name === undefined || isNested(node)) return [];
    const bases = node.children.find((child) => child?.type === 'base_list');
    return {
      name: name.text,
      namespace: namespaceOf(node, root),
      bases: bases?.namedChildren.flatMap((child) => (child === null ? [] : [child.text])) ?? [],
      line: name.startPosition.row + 1,
      column: name.startPosition.column + 1,
      isPartial: node.children.some((child) => child?.type === 'modifier' && child.text === 'partial'),
    };
  });
}

function isNested(node: Node): boolean {
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (typeNodes.includes(parent.type)) return true;
  }
  return false;
}

function namespaceOf(node: Node, root: Node): string {
  const names: string[] = [];
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (parent.type === 'namespace_declaration') names.unshift(parent.childForFieldName('name')?.text ?? '');
  }
  const fileScoped = root.children.find((child) => child?.type === 'file_scoped_namespace_declaration');
  const outer = fileScoped?.childForFieldName('name')?.text;
  return [...(outer === undefined ? [] : [outer]), ...names].join('.');
}
