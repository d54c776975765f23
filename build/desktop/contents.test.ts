import { expect, test } from 'vitest';
import { findProblems, isUnwanted } from './contents.ts';

const rules = { isProduction: (folder: string) => folder === 'node_modules/pg', machinePaths: ['/builder/spark'] };
const complete = ['package.json', 'out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'].map(
  (path) => ({
    path,
    bytes: Buffer.from('{}'),
  }),
);
const problemsWith = (path: string, text = ''): string[] =>
  findProblems([...complete, { path, bytes: Buffer.from(text) }], rules);

test('an app with only what runs has no problems', () => {
  expect(problemsWith('node_modules/pg/lib/index.js', 'module.exports = {}')).toEqual([]);
});

test('what the app cannot start without is missed', () => {
  expect(findProblems(complete.slice(1), rules)).toEqual(['package.json is missing']);
});

test.each([
  ['out/main/index.js.map', 'is a source or a map'],
  ['node_modules/pg/lib/index.d.ts', 'is a source or a map'],
  ['node_modules/pg/test/connect.js', 'is a test'],
  ['out/main/links.test.js', 'is a test'],
  ['services/bridge/index.js', 'is in no place of the app'],
  ['node_modules/vitest/index.js', 'belongs to no production dependency'],
  ['node_modules/pg/node_modules/left/index.js', 'belongs to no production dependency'],
  ['out/main/.env', 'has the name of a secret'],
  ['out/main/server.pem', 'has the name of a secret'],
])('%s is refused: it %s', (path, why) => {
  expect(problemsWith(path)).toContain(`${path} ${why}`);
});

test.each([
  [`-----BEGIN PRIVATE KEY-----\n${'MIIEvQ'.repeat(10)}`, 'contains a private key'],
  [`const key = "sk-ant-${'a1'.repeat(20)}"`, 'contains a key of Anthropic'],
  [`const key = "sk-proj-${'a1'.repeat(20)}"`, 'contains a key of OpenAI'],
  [`SU${'A'.repeat(56)}`, 'contains a seed of NATS'],
  ['require("/builder/spark/x.js")', 'names the folder /builder/spark'],
])('a text that should not leave the machine is found: %s', (text, why) => {
  expect(problemsWith('out/main/chunks/a.js', text)).toEqual([`out/main/chunks/a.js ${why}`]);
});

test('code that only speaks of keys is none', () => {
  expect(problemsWith('out/main/chunks/a.js', "'-----BEGIN PRIVATE KEY-----' + body; 'sk-ant-…'")).toEqual([]);
});

test('of a package its programs are taken, not its sources, types, tests and papers', () => {
  const all = [
    'index.js',
    'lib/a.cjs',
    'a.wasm',
    'package.json',
    'a.d.ts',
    'src/a.ts',
    'test/a.js',
    'README.md',
    'a.js.map',
  ];
  expect(all.filter((path) => !isUnwanted(path))).toEqual(['index.js', 'lib/a.cjs', 'a.wasm', 'package.json']);
});
