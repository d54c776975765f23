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
