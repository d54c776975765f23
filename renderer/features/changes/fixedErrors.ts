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

/** Which attempt at this file a change is, counted back over the changes before it that did not compile; 1 is the first. */
export function attemptOf(change: ChangeView, all: Iterable<ChangeView>): number {
  const earlier = [...all]
    .filter((other) => other.path === change.path && other.createdAt < change.createdAt)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const good = earlier.findIndex(({ compileStatus }) => compileStatus === 'ok');
  return 1 + (good === -1 ? earlier.length : good);
}

/** Whether no later change of the same file exists. */
export const isNewestOfFile = (change: ChangeView, all: Iterable<ChangeView>): boolean =>
  laterOf(change, all).length === 0;

/**
 * The change whose diff shows the place of an error: the change itself where the error is in its file, else the newest
 * change of that file; null when SPARK did not touch it in this session.
 */
export function changeWith(message: CompileMessage, change: ChangeView, all: Iterable<ChangeView>): string | null {
  if (message.file === undefined || message.file === change.path) return change.changeId;
  const others = [...all].filter(({ path }) => path === message.file);
  return others.sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]?.changeId ?? null;
}
