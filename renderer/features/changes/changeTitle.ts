import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { fileNameOf } from '../../lib/format.ts';

const verbs = { created: 'generated', modified: 'changed', deleted: 'deleted', scene: 'changed' } as const;

/** What the seed's step 8 shows: `PlayerController.cs generated`. */
export const changeTitle = (change: Pick<ChangeView, 'path' | 'kind' | 'undoesChangeId' | 'subject'>): string => {
  const title = change.subject ?? `${fileNameOf(change.path)} ${verbs[change.kind]}`;
  return change.undoesChangeId === undefined ? title : `Undo · ${title}`;
};
