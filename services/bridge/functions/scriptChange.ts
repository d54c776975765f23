import { v7 as uuidv7 } from 'uuid';
import type { ChangeView, CompileResult, SparkEvent } from '../../../shared/contracts/index.ts';
import type { JournalTables } from '../journal/index.ts';
import { countLines, type LineCounts } from './lineDiff.ts';

/** A write that Unity has taken, whichever function asked for it. */
export interface ScriptWrite {
  readonly kind: 'generated' | 'patched';
  readonly sessionId: string;
  readonly callId: string;
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
  readonly sha256Before: string | null;
  readonly sha256After: string;
  /** Of `before` and `after`. */
  readonly lines: LineCounts;
  /** Null while Unity still compiles. */
  readonly compile: CompileResult | null;
  readonly prompt?: string | undefined;
  readonly editsApplied?: number | undefined;
  readonly undoesChangeId?: string | undefined;
}

export function toChangeView(write: ScriptWrite, createdAt: string, changeId: string = uuidv7()): ChangeView {
  return {
    changeId,
    sessionId: write.sessionId,
    callId: write.callId,
    path: write.path,
    kind: write.before === null ? 'created' : 'modified',
    sha256Before: write.sha256Before,
    sha256After: write.sha256After,
    ...write.lines,
    compileStatus: write.compile?.status ?? 'compiling',
    compileErrors: write.compile?.errors ?? [],
    createdAt,
    ...(write.undoesChangeId === undefined ? {} : { undoesChangeId: write.undoesChangeId }),
  };
}

/** Keeps the change and its event; call it inside the transaction that ends the call. */
export function keepScriptWrite(journal: JournalTables, change: ChangeView, write: ScriptWrite): SparkEvent {
  journal.changes.insert(change, { before: write.before, after: write.after });
  const body = {
    callId: write.callId,
    changeId: change.changeId,
    scriptName: scriptNameOf(write.path),
    path: write.path,
    sha256: write.sha256After,
    ...(write.sha256Before === null ? {} : { previousSha256: write.sha256Before }),
    sizeBytes: Buffer.byteLength(write.after, 'utf8'),
    lines: countLines(write.after),
    compileStatus: write.compile?.status ?? ('unknown' as const),
    compileErrors: errorsOf(write.compile),
    contents: write.after,
    ...(write.prompt === undefined ? {} : { prompt: write.prompt.slice(0, 8_192) }),
  };
  return write.kind === 'generated'
    ? journal.outbox.append(write.sessionId, { type: 'runtime.unity.script_generated', ...body })
    : journal.outbox.append(write.sessionId, {
        type: 'runtime.unity.patch_applied',
        ...body,
        ...(write.editsApplied === undefined ? {} : { editsApplied: write.editsApplied }),
        ...(write.undoesChangeId === undefined ? {} : { undoesChangeId: write.undoesChangeId }),
      });
}

/** "created Assets/Scripts/A.cs · 64 lines · compiled in 4.1 s" */
export function summarise(change: ChangeView, lines: number, compile: CompileResult): string {
  const size =
    change.kind === 'created'
      ? `${lines} ${lines === 1 ? 'line' : 'lines'}`
      : `+${change.addedLines} −${change.removedLines}`;
  return `${change.kind === 'created' ? 'created' : 'changed'} ${change.path} · ${size} · ${compiledWords(compile)}`;
}

/** "compiled in 4.1 s" */
export function compiledWords(compile: CompileResult): string {
  const errors = errorsOf(compile);
  return {
    ok: `compiled in ${(compile.durationMs / 1_000).toFixed(1)} s`,
    errors: `${errors} compile ${errors === 1 ? 'error' : 'errors'}`,
    unknown: 'compile not seen',
  }[compile.status];
}

const errorsOf = (compile: CompileResult | null): number =>
  compile?.errors.filter((message) => message.severity === 'error').length ?? 0;

const scriptNameOf = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.cs$/i, '')
    .slice(0, 256);
