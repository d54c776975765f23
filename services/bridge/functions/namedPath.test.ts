import { expect, it } from 'vitest';
import { namesPath } from './namedPath.ts';

it.each([
  '/a/b.png',
  'Take /a/b.png.',
  'Take "/a/b.png", please',
  '`/a/b.png`',
  'not /a/b.png.bak but /a/b.png',
  'Take /a/b.png—it is the newest',
  'the icon –/a/b.png– please',
  'Take “/a/b.png”',
  '«/a/b.png»',
  'Take /a/b.png…',
  'Take /a/b.png...',
  'Take /a/b.png?!',
  '**/a/b.png**',
  'icon={/a/b.png}',
  'icon:/a/b.png|other',
  '「/a/b.png」。',
])('%j names /a/b.png', (text) => expect(namesPath(text, '/a/b.png')).toBe(true));

it.each([
  '/a/b.png.bak',
  '/home/a/b.png',
  '/a/b.pngs',
  '/a/b.png-old',
  '/a/b.png~',
  '/a/b.png/c',
  '../a/b.png',
  '~/a/b.png',
  'D:/a/b.png',
  '/a/b.pngé',
  'b.png',
])('%j does not name /a/b.png', (text) => expect(namesPath(text, '/a/b.png')).toBe(false));

it('takes both kinds of slashes', () => {
  expect(namesPath('Take C:\\Art\\b.png', 'C:/Art/b.png')).toBe(true);
});
