import type { ChangeView } from '../../../shared/contracts/api/index.ts';

/** What stands of the changes: without those that were taken back and without the undos themselves. Pure. */
export function sumOf(
  changes: readonly ChangeView[],
  undone: ReadonlySet<string>,
): { readonly standing: number; readonly files: number; readonly added: number; readonly removed: number } {
  const standing = changes.filter(
    ({ changeId, undoesChangeId }) => undoesChangeId === undefined && !undone.has(changeId),
  );
  return {
    standing: standing.length,
    files: new Set(standing.map(({ path }) => path)).size,
    added: standing.reduce((sum, { addedLines }) => sum + addedLines, 0),
    removed: standing.reduce((sum, { removedLines }) => sum + removedLines, 0),
  };
}
