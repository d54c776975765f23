import { parseAssetPath } from '../../../shared/domain/index.ts';

/**
 * Assets named in a message: `@Assets/Scripts/Player.cs`, or `@"Assets/My Folder/Crate.prefab"` where the path has
 * spaces. They stand in the text, so that whoever reads it sees what was meant. Pure.
 */
const mention = /(^|[\s(])@(?:"(Assets\/[^"\n]+)"|(Assets\/[^\s"]+))/g;
const maxMentions = 10;

/** The paths, each once, without a sentence's mark behind them. */
export function mentionsOf(text: string): string[] {
  const paths = [...text.matchAll(mention)].map(([, , quoted, bare = '']) => quoted ?? bare.replace(/[.,;:!?)]+$/, ''));
  return [...new Set(paths)].filter((path) => parseAssetPath(path).kind === 'ok').slice(0, maxMentions);
}

export const toMention = (path: string): string => (/\s/.test(path) ? `@"${path}"` : `@${path}`);

/** The word behind an `@` that is being typed at the caret, and where it starts; null when none is. */
export function mentionAt(text: string, caret: number): { readonly from: number; readonly word: string } | null {
  const before = text.slice(Math.max(0, caret - 200), caret);
  const found = /(?:^|[\s(])@("?[^\s@"]*)$/.exec(before);
  if (found?.[1] === undefined) return null;
  return { from: caret - found[1].length - 1, word: found[1].replace(/^"/, '') };
}

/** Asset paths in what was dropped as text: one in each line, and nothing else. */
export function droppedPaths(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const paths = lines.filter((line) => line !== '');
  return paths.length > 0 && paths.every((path) => parseAssetPath(path).kind === 'ok' && path.includes('/'))
    ? paths
    : [];
}
