import { expect, it } from 'vitest';
import type { UasNode } from '../../../shared/contracts/uas.ts';
import { countNodes, firstOpen, rowsOf } from './tree.ts';

const node = (id: string, children: UasNode[] = []): UasNode => ({
  id,
  name: id,
  active: true,
  components: [],
  children,
});
const tree = [node('a', [node('a/0', [node('a/0/0')]), node('a/1')]), node('b')];

it('shows children only below what is open, in order', () => {
  const seen = (open: readonly string[]): string[] =>
    rowsOf(tree, (id) => open.includes(id)).map(({ node: { id }, level, nth, of }) => `${level} ${id} ${nth}/${of}`);
  expect(seen([])).toEqual(['1 a 1/2', '1 b 2/2']);
  expect(seen(['a', 'b'])).toEqual(['1 a 1/2', '2 a/0 1/2', '2 a/1 2/2', '1 b 2/2']);
  expect(seen(['a/0'])).toEqual(['1 a 1/2', '1 b 2/2']);
});

it('opens a small tree whole and of a large one only the roots', () => {
  expect(firstOpen(tree).size).toBe(5);
  expect([...firstOpen(tree, 4)]).toEqual(['a', 'b']);
});

it('takes trees of any depth and thousands of objects', () => {
  let deep = node('end');
  for (let nth = 0; nth < 20_000; nth += 1) deep = node(`n${nth}`, [deep]);
  expect([countNodes([deep]), rowsOf([deep], () => true).length]).toEqual([20_001, 20_001]);
});
