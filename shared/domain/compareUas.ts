import type { Uas, UasNode, UasValue } from '../contracts/uas.ts';

/**
 * What is different between two trees of one asset. Objects are the same when Unity's file id is, or, where a tree has
 * none, when they stand at the same place under the same names (the n-th of those that share a name).
 */
export interface UasComparison {
  readonly added: readonly UasPlace[];
  readonly removed: readonly UasPlace[];
  /** Same object, other parent or other order among the same siblings. */
  readonly moved: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  readonly changed: readonly UasChange[];
}

export interface UasPlace {
  /** Names from the root, `Player/Body`. */
  readonly path: string;
  readonly id: string;
}

export interface UasChange {
  /** Empty for the asset itself. */
  readonly path: string;
  /** `name`, `transform.position`, `components.Rigidbody.m_Mass`, … */
  readonly field: string;
  /** Undefined when it was not there. */
  readonly before: UasValue | undefined;
  readonly after: UasValue | undefined;
}

interface Placed {
  readonly node: UasNode;
  readonly key: string;
  readonly path: string;
  readonly parentKey: string;
}

export function compareUas(before: Uas, after: Uas): UasComparison {
  const byFileId = [before, after].every(({ hierarchy }) => hasDistinctFileIds(hierarchy));
  const [old, now] = [place(before.hierarchy, byFileId), place(after.hierarchy, byFileId)];
  const missing = (from: ReadonlyMap<string, Placed>, to: ReadonlyMap<string, Placed>): UasPlace[] =>
    [...from.values()].filter(({ key }) => !to.has(key)).map(({ path, node }) => ({ path, id: node.id }));
  const both = [...old.values()].flatMap((was): { was: Placed; is: Placed }[] => {
    const is = now.get(was.key);
    return is === undefined ? [] : [{ was, is }];
  });
  const reordered = movedKeys(old, now);
  return {
    added: missing(now, old),
    removed: missing(old, now),
    moved: both
      .filter(({ was, is }) => was.parentKey !== is.parentKey || reordered.has(was.key))
      .map(({ was, is }) => ({ name: is.node.name, from: was.path, to: is.path })),
    changed: [
      ...differences('', factsOfAsset(before), factsOfAsset(after)),
      ...both.flatMap(({ was, is }) => differences(is.path, factsOf(was.node), factsOf(is.node))),
    ],
  };
}

function hasDistinctFileIds(nodes: readonly UasNode[]): boolean {
  const seen = new Set<string>();
  const visit = (list: readonly UasNode[]): boolean =>
    list.every(({ fileId, children }) => {
      if (fileId === undefined || seen.has(fileId)) return false;
      seen.add(fileId);
      return visit(children);
    });
  return visit(nodes);
}

function place(roots: readonly UasNode[], byFileId: boolean): Map<string, Placed> {
  const placed = new Map<string, Placed>();
  const visit = (nodes: readonly UasNode[], parentKey: string, parentPath: string): void => {
    const seen = new Map<string, number>();
    for (const node of nodes) {
      const nth = seen.get(node.name) ?? 0;
      seen.set(node.name, nth + 1);
      const key = byFileId ? (node.fileId ?? '') : JSON.stringify([parentKey, node.name, nth]);
      const path = parentPath === '' ? node.name : `${parentPath}/${node.name}`;
      placed.set(key, { node, key, path, parentKey });
      visit(node.children, key, path);
    }
  };
  visit(roots, '', '');
  return placed;
}

/** Of siblings that are siblings in both trees: those outside the longest run that kept its order. */
function movedKeys(old: ReadonlyMap<string, Placed>, now: ReadonlyMap<string, Placed>): Set<string> {
  const order = new Map<string, string[]>();
  for (const { key, parentKey } of now.values()) {
    if (old.get(key)?.parentKey !== parentKey) continue;
    order.set(parentKey, [...(order.get(parentKey) ?? []), key]);
  }
  const rank = new Map([...old.keys()].map((key, index) => [key, index]));
  const moved = new Set<string>();
  for (const keys of order.values()) {
    const kept = longestRising(keys.map((key) => rank.get(key) ?? 0));
    for (const [index, key] of keys.entries()) if (!kept.has(index)) moved.add(key);
  }
  return moved;
}

/** Indexes of a longest rising run of `values`, which are distinct. */
function longestRising(values: readonly number[]): Set<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  for (const [index, value] of values.entries()) {
    const at = tails.findIndex((tail) => (values[tail] ?? 0) > value);
    const length = at === -1 ? tails.length : at;
    previous[index] = tails[length - 1] ?? -1;
    tails[length] = index;
  }
  const kept = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at !== -1; at = previous[at] ?? -1) kept.add(at);
  return kept;
}

type Facts = Map<string, UasValue>;

function factsOf(node: UasNode): Facts {
  const facts: Facts = new Map();
  const put = (field: string, value: UasValue | undefined): void => {
    if (value !== undefined) facts.set(field, value);
  };
  put('name', node.name);
  put('active', node.active);
  put('tag', node.tag);
  put('layer', node.layer);
  put('prefabPath', node.prefabPath);
  for (const [part, vector] of Object.entries(node.transform ?? {})) put(`transform.${part}`, vector);
  const seen = new Map<string, number>();
  for (const { type, enabled, scriptPath, properties } of node.components) {
    const nth = (seen.get(type) ?? 0) + 1;
    seen.set(type, nth);
    const component = `components.${type}${nth > 1 ? `#${nth}` : ''}`;
    put(component, true);
    put(`${component}.enabled`, enabled);
    put(`${component}.scriptPath`, scriptPath);
    for (const [name, value] of Object.entries(properties ?? {})) put(`${component}.${name}`, value);
  }
  return facts;
}

function factsOfAsset({ properties = {}, types = [], dependencies = [] }: Uas): Facts {
  const facts: Facts = new Map();
  for (const [name, value] of Object.entries(properties)) facts.set(name, value);
  for (const { name, kind, bases, fields } of types) {
    facts.set(`types.${name}`, [kind, ...bases]);
    for (const field of fields) facts.set(`types.${name}.${field.name}`, [field.type, field.initial ?? null]);
  }
  for (const { path, guid } of dependencies) facts.set(`dependencies.${guid ?? path}`, path);
  return facts;
}

function differences(path: string, before: Facts, after: Facts): UasChange[] {
  const fields = new Set([...before.keys(), ...after.keys()]);
  return [...fields].flatMap((field) => {
    const [was, is] = [before.get(field), after.get(field)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ path, field, before: was, after: is }];
  });
}
