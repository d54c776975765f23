import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import type { CompileMessage } from '../../../shared/contracts/functions.ts';

const keyOf = (message: CompileMessage): string =>
  `${message.file ?? ''}\u0000${message.code ?? ''}\u0000${message.message}`;

/** Changes of the same file after this one, oldest first. */
const laterOf = (change: ChangeView, all: Iterable<ChangeView>): readonly ChangeView[] =>
  [...all]
    .filter((other) => other.path === change.path && other.createdAt > change.createdAt)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));

export interface ErrorsOfChange {
  readonly file: string;
  readonly messages: readonly { readonly message: CompileMessage; readonly fixed: boolean }[];
}

/** A change's compile errors by file; those that the newest compiled change of the same file no longer has are fixed. */
export function errorsOf(change: ChangeView, all: Iterable<ChangeView>): readonly ErrorsOfChange[] {
  const newest = laterOf(change, all).findLast(
    ({ compileStatus }) => compileStatus === 'ok' || compileStatus === 'errors',
  );
  const remaining = newest === undefined ? null : new Set(newest.compileErrors.map(keyOf));
  const files = new Map<string, { message: CompileMessage; fixed: boolean }[]>();
  for (const message of change.compileErrors) {
    const file = message.file ?? change.path;
    const list = files.get(file) ?? [];
    list.push({ message, fixed: remaining !== null && !remaining.has(keyOf(message)) });
    files.set(file, list);
  }
  return [...files].map(([file, messages]) => ({ file, messages }));
}

/** How many times the file was changed after this change: the attempts to mend it. */
export const attemptsAfter = (change: ChangeView, all: Iterable<ChangeView>): number => laterOf(change, all).length;
