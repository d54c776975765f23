import { resolve, sep } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveInside } from './resolveInside.ts';

const root = resolve('out/renderer');

test('the root path names index.html', () => {
  expect(resolveInside(root, '/')).toBe(resolve(root, 'index.html'));
});

test('an asset is found below the root', () => {
  expect(resolveInside(root, '/assets/index-1.js')).toBe(resolve(root, 'assets/index-1.js'));
});

test.each([
  '/../main/index.js',
  '/%2e%2e/main/index.js',
  '/a/%2e%2e%2f%2e%2e/x',
  '/..%5cx',
  '/%00',
  '/%zz',
  '/..',
  '/.',
])('%s names no file', (path) => {
  expect(resolveInside(root, path)).toBeUndefined();
});

test('whatever the path is, the file is below the root', () => {
  const segment = fc.oneof(fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', '', '~', 'C:'), fc.string());
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      const file = resolveInside(root, `/${segments.join('/')}`);
      expect(file === undefined || file.startsWith(root + sep)).toBe(true);
    }),
  );
});
