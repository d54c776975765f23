import type { StoreApi } from 'zustand/vanilla';
import type { ApiClient, ChangeView, ErrorInfo, UndoConflict } from '../../../shared/contracts/api/index.ts';
import { countOf } from '../../lib/format.ts';

/** What became of the last undo that was asked for at a change; shown at it until it is dismissed. */
export type UndoState =
  | { readonly kind: 'running' }
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }
  | {
      readonly kind: 'conflict';
      readonly conflict: UndoConflict;
      /** What "back to here" had done before it stopped, in words; empty for a single undo. */
      readonly done: string;
    };

export interface UndoPart {
  readonly undos: ReadonlyMap<string, UndoState>;
}

export interface UndoActions {
  readonly undo: (changeId: string) => Promise<void>;
  readonly undoTo: (sessionId: string, changeId: string) => Promise<void>;
  readonly dismissUndo: (changeId: string) => void;
}

export function makeUndo<S extends UndoPart>(client: ApiClient, store: StoreApi<S>): UndoActions {
  const set = (changeId: string, state: UndoState | null): void => {
    const undos = new Map(store.getState().undos);
    if (state === null) undos.delete(changeId);
    else undos.set(changeId, state);
    store.setState({ ...store.getState(), undos });
  };
  const isRunning = (): boolean => [...store.getState().undos.values()].some(({ kind }) => kind === 'running');

  return {
    async undo(changeId) {
      if (isRunning()) return;
      set(changeId, { kind: 'running' });
      const result = await client.request('change.undo', { changeId });
      if (!result.ok) return set(changeId, { kind: 'failed', error: result.error });
      const { output } = result;
      if (output.kind === 'undone') set(changeId, null);
      else if (output.kind === 'nothing_to_do') set(changeId, { kind: 'nothing', why: output.why });
      else set(changeId, { kind: 'conflict', conflict: output.conflict, done: '' });
    },
    async undoTo(sessionId, changeId) {
      if (isRunning()) return;
      set(changeId, { kind: 'running' });
      const result = await client.request('change.undo_to', { sessionId, changeId });
      if (!result.ok) return set(changeId, { kind: 'failed', error: result.error });
      const { output } = result;
      if (output.kind === 'undone') return set(changeId, null);
      if (output.kind === 'nothing_to_do') return set(changeId, { kind: 'nothing', why: output.why });
      const made = output.changes.length;
      const done = `${made === 0 ? 'No change was undone' : `${countOf(made, 'change')} undone`}, ${output.remaining} left.`;
      set(changeId, { kind: 'conflict', conflict: output.conflict, done });
    },
    dismissUndo: (changeId) => set(changeId, null),
  };
}

/** The newest change of a session that stands and is no undo itself; null when there is none. */
export function newestStanding(changes: Iterable<ChangeView>, sessionId: string): ChangeView | null {
  const all = [...changes];
  const undone = undoneIds(all);
  let newest: ChangeView | null = null;
  for (const change of all) {
    if (change.sessionId !== sessionId || change.undoesChangeId !== undefined || undone.has(change.changeId)) continue;
    if (newest === null || change.createdAt > newest.createdAt) newest = change;
  }
  return newest;
}

/** Ids of the changes that are taken back now: their undo was not itself undone. `changes` in any order. */
export function undoneIds(changes: Iterable<ChangeView>): ReadonlySet<string> {
  const newestFirst = [...changes].sort(
    (a, b) => b.createdAt.localeCompare(a.createdAt) || b.changeId.localeCompare(a.changeId),
  );
  const undone = new Set<string>();
  for (const { changeId, undoesChangeId } of newestFirst) {
    if (undoesChangeId !== undefined && !undone.has(changeId)) undone.add(undoesChangeId);
  }
  return undone;
}
