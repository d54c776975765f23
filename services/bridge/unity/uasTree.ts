import type { UasNode } from '../../../shared/contracts/uas.ts';
import type { PrefabItem } from './replies.ts';

/**
 * The tree behind Unity's flat list. The list is depth first, so each item's `childCount` says how many of the following
 * subtrees are its own; paths are not used, because siblings may share a name. A list that ends early gives the tree as
 * far as it goes.
 */
export function uasNodesOf(items: readonly PrefabItem[], ownPath: string): UasNode[] {
  let next = 0;

  function take(id: string): UasNode | undefined {
    const item = items[next];
    if (item === undefined) return undefined;
    next += 1;
    const nested = item.prefab?.isNestedRoot === true ? item.prefab.assetPath : undefined;
    const node: UasNode = {
      id,
      name: item.name,
      active: item.activeSelf,
      components: item.componentTypes.map((type) => ({ type: type ?? 'missing script' })),
      ...(nested == null || nested === ownPath ? {} : { prefabPath: nested }),
      children: [],
    };
    for (let index = 0; index < item.childCount; index += 1) {
      const child = take(`${id}/${index}`);
      if (child === undefined) break;
      node.children.push(child);
    }
    return node;
  }

  const roots: UasNode[] = [];
  for (let root = take('0'); root !== undefined; root = take(String(roots.length))) roots.push(root);
  return roots;
}

/**
 * The hierarchy that the editor lists (nested prefabs included), with what the file tells of the same objects. They are
 * the same when their names and order below the same parent are.
 */
export function mergeNodes(listed: readonly UasNode[], read: readonly UasNode[]): UasNode[] {
  const left = [...read];
  return listed.map((node) => {
    const at = left.findIndex(({ name }) => name === node.name);
    const [known] = at === -1 ? [] : left.splice(at, 1);
    if (known === undefined) return node;
    const components = [...known.components];
    return {
      ...known,
      ...node,
      components: node.components.map((component) => {
        const same = components.findIndex(({ type }) => type === component.type);
        const [more] = same === -1 ? [] : components.splice(same, 1);
        return { ...more, ...component };
      }),
      children: mergeNodes(node.children, known.children),
    };
  });
}
