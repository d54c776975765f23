import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Uas, UasNode } from '../contracts/uas.ts';
import { compareUas } from './index.ts';

interface Shape {
  readonly fileId: string;
  readonly name: string;
  readonly children: Shape[];
}

function toNodes(shapes: readonly Shape[], withIds: boolean, prefix = ''): UasNode[] {
  return shapes.map((shape, index) => {
    const id = `${prefix}${index}`;
    return {
      id,
      ...(withIds ? { fileId: shape.fileId } : {}),
      name: shape.name,
      active: true,
      components: [{ type: 'Transform' }],
      children: toNodes(shape.children, withIds, `${id}/`),
    };
  });
}
const uasOf = (shapes: readonly Shape[], withIds = true): Uas => ({
  uasVersion: '1.1',
  asset: { path: 'Assets/A.prefab', type: 'GameObject', name: 'A' },
  hierarchy: toNodes(shapes, withIds),
  unreadable: [],
});

/** Trees over the same ten objects, so that two of them share some. */
const forest = fc
  .array(fc.record({ object: fc.nat(9), parent: fc.integer({ min: -1, max: 9 }) }), { maxLength: 10 })
  .map((rows) => {
    const made = new Map<number, Shape>();
    const roots: Shape[] = [];
    for (const { object, parent } of rows) {
      if (made.has(object)) continue;
      const shape: Shape = { fileId: `f${object}`, name: `n${object % 3}`, children: [] };
      (made.get(parent)?.children ?? roots).push(shape);
      made.set(object, shape);
    }
    return roots;
  });
const count = (shapes: readonly Shape[]): number => shapes.reduce((sum, { children }) => sum + 1 + count(children), 0);

describe('comparing two trees of an asset', () => {
  it('finds nothing between a tree and itself', () => {
    fc.assert(
      fc.property(forest, fc.boolean(), (shapes, withIds) => {
        const uas = uasOf(shapes, withIds);
        expect(compareUas(uas, structuredClone(uas))).toEqual({ added: [], removed: [], moved: [], changed: [] });
      }),
    );
  });

  it('is the mirror of the other direction, and accounts for every object', () => {
    fc.assert(
      fc.property(forest, forest, fc.boolean(), (one, other, withIds) => {
        const [a, b] = [uasOf(one, withIds), uasOf(other, withIds)];
        const [there, back] = [compareUas(a, b), compareUas(b, a)];
        expect(there.added).toEqual(back.removed);
        expect(there.removed).toEqual(back.added);
        expect(there.moved.length).toBe(back.moved.length);
        expect(count(one) - there.removed.length).toBe(count(other) - there.added.length);
        if (withIds && there.added.length + there.removed.length + there.moved.length + there.changed.length === 0)
          expect(b.hierarchy).toEqual(a.hierarchy);
      }),
    );
  });

  it('tells a move from a removal when the file ids are known', () => {
    const child: Shape = { fileId: 'c', name: 'Sword', children: [] };
    const a = uasOf([
      { fileId: 'a', name: 'Hand', children: [child] },
      { fileId: 'b', name: 'Back', children: [] },
    ]);
    const b = uasOf([
      { fileId: 'a', name: 'Hand', children: [] },
      { fileId: 'b', name: 'Back', children: [child] },
    ]);
    expect(compareUas(a, b)).toEqual({
      added: [],
      removed: [],
      moved: [{ name: 'Sword', from: 'Hand/Sword', to: 'Back/Sword' }],
      changed: [],
    });
  });

  it('names the field that changed, with both values, and what the asset itself lost', () => {
    const a = uasOf([{ fileId: 'a', name: 'Player', children: [] }]);
    const b = structuredClone(a);
    Object.assign(a, { properties: { color: [1, 0, 0] } });
    b.hierarchy[0]?.components.push({ type: 'Rigidbody', properties: { m_Mass: 2 } });
    const changed = compareUas(a, b).changed;
    expect(changed).toEqual([
      { path: '', field: 'color', before: [1, 0, 0], after: undefined },
      { path: 'Player', field: 'components.Rigidbody', before: undefined, after: true },
      { path: 'Player', field: 'components.Rigidbody.m_Mass', before: undefined, after: 2 },
    ]);
  });
});
