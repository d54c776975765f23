import type { CallView, ChangeView } from '../../../shared/contracts/api/index.ts';

/**
 * Who wrote a change, in words: the model that is known to have, the person who edited it before approving, or who took
 * it back. `written` is the text after the change, null until it was read. Pure.
 */
export function authorOf(change: ChangeView, call: CallView | undefined, written: string | null): string {
  if (change.undoesChangeId !== undefined) return 'Undone by you';
  const approval = call?.approval ?? null;
  const author = approval?.kind === 'write' ? approval.author : undefined;
  const proposed = proposedText(approval, change.path);
  const isEdited = proposed !== null && written !== null && plain(proposed) !== plain(written);
  return `By ${author ?? 'SPARK'}${isEdited ? ', edited by you' : ''}`;
}

function proposedText(approval: CallView['approval'], path: string): string | null {
  if (approval?.kind === 'write') return approval.path === path ? approval.after : null;
  if (approval?.kind !== 'write_many') return null;
  return approval.files.find((file) => file.path === path)?.after ?? null;
}

/** A file keeps its own line endings and its byte order mark, whatever was proposed. */
const plain = (text: string): string =>
  text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trimEnd();
