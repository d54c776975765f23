import { v7 as uuidv7 } from 'uuid';
import type { ChangeView, CompileResult, SparkEvent } from '../../../shared/contracts/index.ts';
import type { JournalTables } from '../journal/index.ts';
import { countChangedLines, countLines } from './lineDiff.ts';

/** A file that went or came back as a whole: a deletion, or the undo of a creation or of a deletion. */
export interface FileChange {
  readonly sessionId: string;
  readonly callId: string;
  readonly path: string;
  /** Null also for what is not text. */
  readonly before: string | null;
  readonly after: string | null;
  readonly sha256Before: string | null;
  readonly sha256After: string | null;
  /** Null when it is not known or nothing was compiled. */
  readonly compile: CompileResult | null;
  /** The write whose intent kept the file. */
  readonly keptBy: string | null;
  readonly undoesChangeId?: string | undefined;
  readonly reason?: string | undefined;
}

export function toFileChangeView(change: FileChange, createdAt: string): ChangeView {
  const { before, after } = change;
  const lines =
    after === null
      ? { addedLines: 0, removedLines: before === null ? 0 : countLines(before) }
      : countChangedLines(before, after);
  return {
    changeId: uuidv7(),
    sessionId: change.sessionId,
    callId: change.callId,
    path: change.path,
    kind: change.sha256After === null ? 'deleted' : change.sha256Before === null ? 'created' : 'modified',
    sha256Before: change.sha256Before,
    sha256After: change.sha256After,
    ...lines,
    compileStatus: change.compile?.status ?? 'unknown',
    compileErrors: change.compile?.errors ?? [],
    createdAt,
    ...(change.undoesChangeId === undefined ? {} : { undoesChangeId: change.undoesChangeId }),
  };
}

/** Keeps the change and its event; call it inside the transaction that ends the call. */
export function keepFileChange(journal: JournalTables, view: ChangeView, change: FileChange): SparkEvent {
  const { before, after, keptBy } = change;
  journal.changes.insert(view, { before, after }, keptBy === null ? {} : { keptBy });
  const errors = view.compileErrors.filter((message) => message.severity === 'error').length;
  return journal.outbox.append(view.sessionId, {
    type: 'runtime.unity.patch_applied',
    callId: change.callId,
    changeId: view.changeId,
    scriptName: fileNameOf(view.path),
    path: view.path,
    ...(view.sha256After === null ? { deleted: true } : { sha256: view.sha256After }),
    ...(view.sha256Before === null ? {} : { previousSha256: view.sha256Before }),
    ...(after === null
      ? {}
      : { sizeBytes: Buffer.byteLength(after, 'utf8'), lines: countLines(after), contents: after }),
    compileStatus: change.compile?.status ?? 'unknown',
    compileErrors: errors,
    ...(change.reason === undefined || change.reason === '' ? {} : { prompt: change.reason.slice(0, 8_192) }),
    ...(change.undoesChangeId === undefined ? {} : { undoesChangeId: change.undoesChangeId }),
  });
}

export const fileNameOf = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.cs$/i, '')
    .slice(0, 256);

export const compileWords = (compile: CompileResult | null): string => {
  if (compile === null) return '';
  const errors = compile.errors.filter((message) => message.severity === 'error').length;
  return {
    ok: ` · compiled in ${(compile.durationMs / 1_000).toFixed(1)} s`,
    errors: ` · ${errors} compile ${errors === 1 ? 'error' : 'errors'}`,
    unknown: ' · compile not seen',
  }[compile.status];
};
