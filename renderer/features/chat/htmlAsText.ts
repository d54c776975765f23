import type { Options } from 'react-markdown';

type Plugin = NonNullable<NonNullable<Options['remarkPlugins']>[number]>;
interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

/** HTML in markdown is shown as what was written: neither run nor swallowed. */
export const htmlAsText: Plugin = () => (tree: Node) => show(tree, true);

function show(node: Node, isBlock: boolean): void {
  if (node.children === undefined) return;
  node.children = node.children.map((child): Node => {
    if (child.type !== 'html') {
      show(child, child.children !== undefined && blocks.has(child.type));
      return child;
    }
    const text = { type: 'text', value: child.value ?? '' };
    return isBlock ? { type: 'paragraph', children: [text] } : text;
  });
}

/** What holds paragraphs rather than words. */
const blocks = new Set(['root', 'blockquote', 'listItem', 'footnoteDefinition']);
