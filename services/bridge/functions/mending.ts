import type { ChangeView } from '../../../shared/contracts/index.ts';
import { maxMendingRounds } from '../../../shared/domain/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { JournalTables } from '../journal/index.ts';

/** Where the current turn stands: how often a file was mended, and which files do not compile because of this turn. */
export interface Mending {
  readonly rounds: number;
  readonly broken: ReadonlySet<string>;
}

/**
 * Counts over the changes of one turn, oldest first. A round is a call that writes a file which this turn broke and which
 * has not compiled since; an error that outlives a mend is no longer `caused` by it, and the file still counts as broken.
 */
export function mendingOf(changes: readonly ChangeView[]): Mending {
  const broken = new Set<string>();
  let rounds = 0;
  for (const group of byCall(changes)) {
    if (group.some(({ path, undoesChangeId }) => undoesChangeId === undefined && broken.has(path))) rounds += 1;
    if (group.some(({ compileStatus }) => compileStatus === 'ok')) broken.clear();
    for (const { path, compileErrors } of group) {
      const caused = compileErrors.filter((error) => error.caused === true && error.severity === 'error');
      if (caused.length > 0) broken.add(path);
      for (const { file } of caused) if (file !== undefined) broken.add(file);
    }
  }
  return { rounds, broken };
}

/** Throws `rate_limited` when writing these files would be one round of mending too many since the developer's last message. */
export function requireMendingLeft(
  journal: Pick<JournalTables, 'changes' | 'messages'>,
  sessionId: string,
  paths: readonly string[],
): void {
  const since = journal.messages.lastUserAt(sessionId);
  const turn = journal.changes.list(sessionId).filter(({ createdAt }) => since === null || createdAt >= since);
  const { rounds, broken } = mendingOf(turn);
  const mended = paths.filter((path) => broken.has(path));
  if (rounds < maxMendingRounds || mended.length === 0) return;
  throw new AppError(
    'rate_limited',
    `${mended.join(', ')} was mended ${maxMendingRounds} times since the developer's last message and still does not compile. Nothing was written. Stop here: say which errors are left and what you tried, and ask the developer how to go on.`,
    { data: { paths: mended, rounds } },
  );
}

/** Neighbours of the same call are one change. */
function byCall(changes: readonly ChangeView[]): ChangeView[][] {
  const groups: ChangeView[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (change.callId !== null && last?.[0]?.callId === change.callId) last.push(change);
    else groups.push([change]);
  }
  return groups;
}
