import { describe, expect, it } from 'vitest';
import { droppedPaths, mentionAt, mentionsOf, toMention } from './mentions.ts';

describe('assets named in a message', () => {
  it('are found once each, with and without spaces in their path, and without a mark behind them', () => {
    const text = 'Put @Assets/Art/Crate.prefab, @"Assets/My Folder/Big Crate.fbx" (and @Assets/Art/Crate.prefab).';
    expect(mentionsOf(text)).toEqual(['Assets/Art/Crate.prefab', 'Assets/My Folder/Big Crate.fbx']);
  });

  it('are none outside the project, in an address, or without a path', () => {
    expect(mentionsOf('mail me@Assets/x, @Packages/y, @Assets/../../etc/passwd, @someone')).toEqual([]);
  });

  it('come out as they were put in', () => {
    for (const path of ['Assets/A.cs', 'Assets/My Folder/B.cs'])
      expect(mentionsOf(`see ${toMention(path)} `)).toEqual([path]);
  });
});

it('a mention that is being typed is the word at the caret behind an @', () => {
  expect(mentionAt('use @Pla', 8)).toEqual({ from: 4, word: 'Pla' });
  expect(mentionAt('use @Pla now', 12)).toBeNull();
  expect(mentionAt('a@b', 3)).toBeNull();
  expect(mentionAt('@', 1)).toEqual({ from: 0, word: '' });
});

it('dropped text is taken only when every line of it is the path of an asset', () => {
  expect(droppedPaths('Assets/A.cs\nAssets/B C.prefab\n')).toEqual(['Assets/A.cs', 'Assets/B C.prefab']);
  expect(droppedPaths('Assets/A.cs\nand more')).toEqual([]);
  expect(droppedPaths('')).toEqual([]);
});
