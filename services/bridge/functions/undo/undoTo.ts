import type { ChangeView } from '../../../../shared/contracts/index.ts';

/**
 * The changes to take back, newest first, for the state before `changeId`. A change and its undo within the range cancel
 * each other out, so neither is touched; the undo of an older change is itself taken back. Empty for an unknown id.
 */
export function changesToUndo(changes: readonly ChangeView[], changeId: string): ChangeView[] {
  const from = changes.findIndex((change) => change.changeId === changeId);
  if (from < 0) return [];
  const inRange = new Set(changes.slice(from).map((change) => change.changeId));
  const cancelled = new Set<string>();
  return changes
    .slice(from)
    .toReversed()
    .filter((change) => {
      if (cancelled.has(change.changeId)) return false;
      const { undoesChangeId } = change;
      if (undoesChangeId === undefined || !inRange.has(undoesChangeId)) return true;
      cancelled.add(undoesChangeId);
      return false;
    });
}
