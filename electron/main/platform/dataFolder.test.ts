import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askMove, moveIfAsked, presentFolder } from './dataFolder.ts';

function openDataFolder(of: string) {
  const move = moveIfAsked(of);
  return { folder: presentFolder(of), move };
}

let root: string;
let usual: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spark-move-'));
  usual = join(root, 'usual');
  mkdirSync(join(usual, 'sandbox/Assets'), { recursive: true });
  writeFileSync(join(usual, 'journal.sqlite'), 'rows');
  writeFileSync(join(usual, 'sandbox/Assets/Player.cs'), 'class Player {}');
  symlinkSync('gone', join(usual, 'SingletonLock'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('without a move the usual folder is used', () => {
  expect(openDataFolder(usual)).toEqual({ folder: usual, move: undefined });
  expect(openDataFolder(join(root, 'never'))).toEqual({ folder: join(root, 'never'), move: undefined });
});

test('everything is in the new folder after the next start, and that one holds from then on', () => {
  const to = join(root, 'new');
  expect(askMove({ usual, from: usual, chosen: root })).toBe(join(root, 'SPARK'));
  mkdirSync(to);
  expect(askMove({ usual, from: usual, chosen: to })).toBe(to);
  expect(openDataFolder(usual)).toEqual({ folder: to, move: { kind: 'moved', from: usual, to } });
  expect(readFileSync(join(to, 'sandbox/Assets/Player.cs'), 'utf8')).toBe('class Player {}');
  expect(readdirSync(to).toSorted()).toEqual(['journal.sqlite', 'sandbox']);
  expect(existsSync(join(usual, 'journal.sqlite'))).toBe(false);
  expect(openDataFolder(usual)).toEqual({ folder: to, move: undefined });
});

test('it can move again, and back', () => {
  const [first, second] = [join(root, 'first'), join(root, 'second')];
  mkdirSync(first);
  mkdirSync(second);
  askMove({ usual, from: usual, chosen: first });
  openDataFolder(usual);
  askMove({ usual, from: first, chosen: second });
  expect(openDataFolder(usual).folder).toBe(second);
  expect(readdirSync(second).toSorted()).toEqual(['journal.sqlite', 'sandbox']);
});

test('a move that was cut off begins anew and loses nothing', () => {
  const to = join(root, 'new');
  mkdirSync(to);
  askMove({ usual, from: usual, chosen: to });
  writeFileSync(join(to, '.spark-moving'), '');
  writeFileSync(join(to, 'journal.sqlite'), 'ro');
  expect(openDataFolder(usual).move).toMatchObject({ kind: 'moved' });
  expect(readFileSync(join(to, 'journal.sqlite'), 'utf8')).toBe('rows');
});

test('where the new folder was filled meanwhile the old one stays, and that is said', () => {
  const to = join(root, 'new');
  mkdirSync(to);
  askMove({ usual, from: usual, chosen: to });
  writeFileSync(join(to, 'thesis.txt'), 'mine');
  expect(openDataFolder(usual)).toMatchObject({ folder: usual, move: { kind: 'kept' } });
  expect(readdirSync(to)).toEqual(['thesis.txt']);
  expect(readFileSync(join(usual, 'journal.sqlite'), 'utf8')).toBe('rows');
  expect(openDataFolder(usual)).toEqual({ folder: usual, move: undefined });
});

test('a folder inside the present one, around it, or full is refused', () => {
  mkdirSync(join(root, 'full/SPARK'), { recursive: true });
  writeFileSync(join(root, 'full/SPARK/x'), '');
  for (const chosen of [usual, join(usual, 'sandbox'), join(root, 'full')])
    expect(() => askMove({ usual, from: usual, chosen }), chosen).toThrow('Nothing was moved');
  expect(openDataFolder(usual).move).toBeUndefined();
});

test('a damaged note of the place counts as none', () => {
  writeFileSync(join(usual, 'location.json'), '{"folder":"relative/path"}');
  expect(openDataFolder(usual).folder).toBe(usual);
});
