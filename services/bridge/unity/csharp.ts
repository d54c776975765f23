import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import { surfaceOfScript } from './csharpSurface.ts';
import { typesOfScript, type ScriptTypes } from './csharpTypes.ts';

/**
 * What tree-sitter finds wrong with a C# file, before anything is sent to Unity: a script that does not parse would cost
 * a compile and leave the project without working scripts. Lines and columns are 1-based.
 */
export interface SyntaxProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface CsharpReport {
  readonly problems: readonly SyntaxProblem[];
  /** Names of the types the file declares, nested ones included, in order. */
  readonly types: readonly string[];
}

export interface CsharpChecker {
  readonly check: (text: string) => Promise<CsharpReport>;
  /** The types a file declares, with the fields that Unity serialises. */
  readonly types: (text: string) => Promise<ScriptTypes>;
  /** What other scripts can use of a file, as declarations without bodies; empty when that is nothing. */
  readonly surface: (text: string) => Promise<string>;
}

const typeNodes = [
  'class_declaration',
  'struct_declaration',
  'interface_declaration',
  'enum_declaration',
  'record_declaration',
];

export function makeCsharpChecker(): CsharpChecker {
  let loading: Promise<TreeSitter.Parser> | undefined;
  return {
    async types(text) {
      loading ??= loadParser();
      return typesOfScript(await loading, text);
    },
    async surface(text) {
      loading ??= loadParser();
      return surfaceOfScript(await loading, text);
    },
    async check(text) {
      loading ??= loadParser();
      const parser = await loading;
      const tree = parser.parse(text);
      if (tree === null)
        return { problems: [{ line: 1, column: 1, message: 'the file could not be parsed' }], types: [] };
      try {
        const types = tree.rootNode
          .descendantsOfType(typeNodes)
          .map((node) => node?.childForFieldName('name')?.text)
          .filter((name) => name !== undefined);
        return { problems: tree.rootNode.hasError ? problemsIn(tree.rootNode) : [], types };
      } finally {
        tree.delete();
      }
    },
  };
}

/** The parser is CommonJS with its grammar beside it; both are found through Node's own resolution. */
async function loadParser(): Promise<TreeSitter.Parser> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@vscode/tree-sitter-wasm'));
  const { Parser: ParserClass, Language } = require('@vscode/tree-sitter-wasm') as typeof TreeSitter;
  await ParserClass.init({ locateFile: (file) => join(folder, file) });
  const language = await Language.load(await readFile(join(folder, 'tree-sitter-c-sharp.wasm')));
  const parser = new ParserClass();
  parser.setLanguage(language);
  return parser;
}

/** The innermost errors, in order, at most ten: what follows the first is mostly its consequence. */
function problemsIn(root: TreeSitter.Node): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const visit = (node: TreeSitter.Node): void => {
    if (problems.length >= 10 || !node.hasError) return;
    const at = { line: node.startPosition.row + 1, column: node.startPosition.column + 1 };
    if (node.isMissing) {
      problems.push({ ...at, message: `missing ${JSON.stringify(node.type)}` });
      return;
    }
    const before = problems.length;
    for (const child of node.children) if (child !== null) visit(child);
    if (node.isError && problems.length === before) {
      const [first = ''] = node.text.split('\n');
      problems.push({ ...at, message: `unexpected ${JSON.stringify(first.slice(0, 60))}` });
    }
  };
  visit(root);
  return problems.length === 0 ? [{ line: 1, column: 1, message: 'the file does not parse as C#' }] : problems;
}
