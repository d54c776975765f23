import { z } from 'zod';
import {
  applyUnityPatchArgs,
  generateUnityScriptArgs,
  undoUnityChangeArgs,
  type CompileResult,
} from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { CallRecord, JournalTables, LedgerRecord } from '../journal/index.ts';
import type { CallRun, SettledEnd } from './callRun.ts';
import { keepFileChange, toFileChangeView, type FileChange } from './fileChange.ts';
import { countChangedLines, countLines } from './lineDiff.ts';
import { settleMany, type ManySettled } from './manySettlement.ts';
import { endOfSceneWrite } from './sceneSettlement.ts';
import { keepScriptWrite, summarise, toChangeView, type ScriptWrite } from './scriptChange.ts';
import type { Push } from './types.ts';

/**
 * What a write turned out to be when its reply was lost: the adapter reads the file and settles the ledger, and this
 * gives the call the end that follows from it. The compile was not watched, so its result is `unknown`.
 */
export interface Settlement {
  /** The end that the ledger gives to this call, or null when the ledger knows of no write or does not know yet. */
  readonly endOf: (call: CallRecord) => SettledEnd | null;
  /** Whether a write of this call is still open. */
  readonly isOpen: (sessionId: string, callId: string) => boolean;
}

const unseen: CompileResult = { status: 'unknown', errors: [], durationMs: 0 };
const reasonSchema = z.union([
  generateUnityScriptArgs.transform((args) => args.prompt),
  applyUnityPatchArgs.transform((args) => args.reason),
]);

export function makeSettlement(options: {
  readonly journal: JournalTables;
  readonly push: Push;
  readonly now: () => string;
}): Settlement {
  const { journal, push, now } = options;
  return {
    isOpen: (sessionId, callId) =>
      journal.ledger.sets.ofCall(sessionId, callId)?.isOpen === true ||
      journal.ledger.scenes.ofCall(sessionId, callId).some(({ verdict }) => verdict === null) ||
      journal.ledger.ofCall(sessionId, callId).some(({ outcome }) => outcome === null),
    endOf(call) {
      const { sessionId, callId } = call.view;
      const scene = journal.ledger.scenes.ofCall(sessionId, callId).at(-1);
      if (scene !== undefined) return endOfSceneWrite(call, scene, options);
      const set = journal.ledger.sets.ofCall(sessionId, callId);
      const records = journal.ledger.ofCall(sessionId, callId);
      if (set?.isOpen === true || records.some(({ outcome }) => outcome === null)) return null;
      const record = records.at(-1);
      if (record === undefined && set === null) return null;
      const prompt = reasonSchema.safeParse(call.view.arguments);
      const many = settleMany(call, records, {
        prompt: prompt.success ? prompt.data : undefined,
        left: set?.standing ?? [],
      });
      if (many !== null) return endOfMany(many);
      if (record === undefined) return null;
      if (record.outcome === 'applied') return applied(call, record);
      const message =
        record.outcome === 'not_applied'
          ? `${record.path} was not written: Unity never took it. The file is as it was; ask again.`
          : `${record.path} was changed by somebody else meanwhile. It was left as it is; look at it before you ask again.`;
      return {
        state: 'failed',
        patch: {
          summary: record.outcome === 'not_applied' ? 'not written' : 'not written · changed elsewhere',
          error: { code: record.outcome === 'not_applied' ? 'unity_failed' : 'stale_file', message },
        },
        text: message,
        announce: () => undefined,
      };
    },
  };

  function endOfMany({ kind, writes, text }: ManySettled): SettledEnd {
    const changes = writes.map((write) => ({ write, change: toChangeView(write, now()) }));
    const [first] = changes;
    const paths = writes.map(({ path }) => path).join(', ');
    const kept = {
      keep: () => changes.map(({ write, change }) => keepScriptWrite(journal, change, write)),
      text,
      announce: () => {
        for (const { change } of changes) push({ name: 'change.changed', payload: { change } });
      },
    };
    const changeId = first?.change.changeId ?? null;
    if (kind !== 'whole' || first === undefined) {
      const summary = kind === 'part' ? `written only in part · ${paths}` : 'not written';
      return { state: 'failed', patch: { summary, changeId, error: { code: 'unity_failed', message: text } }, ...kept };
    }
    const files = changes.flatMap(({ write, change }) => [
      {
        path: write.path,
        sha256: write.sha256After,
        changeId: change.changeId,
        created: write.before === null,
        lines: countLines(write.after),
      },
    ]);
    const result = { success: true, ...files[0], compile: unseen, editsApplied: files.length, files };
    return {
      state: 'succeeded',
      patch: { summary: `changed ${files.length} files · compile not seen`, error: null, changeId, result },
      ...kept,
    };
  }

  function applied(call: CallRecord, record: LedgerRecord): SettledEnd {
    const { after, sha256After } = record;
    if (after === null || sha256After === null || call.view.name === 'undoUnityChange') return moved(call, record);
    const prompt = reasonSchema.safeParse(call.view.arguments);
    const write: ScriptWrite = {
      kind: call.view.name === 'applyUnityPatch' ? 'patched' : 'generated',
      sessionId: call.view.sessionId,
      callId: call.view.callId,
      path: record.path,
      before: record.before,
      after,
      sha256Before: record.sha256Before,
      sha256After,
      lines: countChangedLines(record.before, after),
      compile: unseen,
      prompt: prompt.success ? prompt.data : undefined,
    };
    const change = toChangeView(write, now(), call.view.changeId ?? undefined);
    const lines = countLines(after);
    return {
      state: 'succeeded',
      patch: {
        summary: summarise(change, lines, unseen),
        error: null,
        changeId: change.changeId,
        result: {
          success: true,
          path: record.path,
          sha256: sha256After,
          changeId: change.changeId,
          lines,
          compile: unseen,
        },
      },
      keep: () => [keepScriptWrite(journal, change, write)],
      text: `${record.path} was written after all (sha256 ${record.sha256After}). Its compile was not seen; read the console to know.`,
      announce: () => {
        push({ name: 'change.changed', payload: { change } });
      },
    };
  }

  /** A deletion, or an undo, which is told by what it did to the file. */
  function moved(call: CallRecord, record: LedgerRecord): SettledEnd {
    const args = undoUnityChangeArgs.safeParse(call.view.arguments);
    const change: FileChange = {
      sessionId: call.view.sessionId,
      callId: call.view.callId,
      path: record.path,
      before: record.before,
      after: record.after,
      sha256Before: record.sha256Before,
      sha256After: record.sha256After,
      compile: null,
      keptBy: record.sha256After === null ? record.writeId : null,
      ...(args.success ? { undoesChangeId: args.data.changeId } : {}),
    };
    const view = toFileChangeView(change, now());
    const did = { created: 'restored', deleted: 'deleted' }[view.kind === 'deleted' ? 'deleted' : 'created'];
    const what = record.sha256Before !== null && record.sha256After !== null ? 'changed back' : did;
    return {
      state: 'succeeded',
      patch: {
        summary: `${what} ${record.path}`,
        error: null,
        changeId: view.changeId,
        result: {
          success: true,
          path: record.path,
          changeId: view.changeId,
          ...(args.success ? { undoesChangeId: args.data.changeId } : {}),
        },
      },
      keep: () => [keepFileChange(journal, view, change)],
      text: `${record.path} was ${what} after all.`,
      announce: () => {
        push({ name: 'change.changed', payload: { change: view } });
      },
    };
  }
}

/**
 * Ends a call by its settlement and tells the model, whose one output had said that the outcome was not known. What it
 * is told is kept with the end, so that a later connection, or a later run, tells it too.
 */
export function settleCall(options: {
  readonly journal: JournalTables;
  readonly run: CallRun;
  readonly end: SettledEnd;
  readonly inform: (sessionId: string, text: string) => Promise<void>;
  readonly logger: Logger;
}): void {
  const { journal, run, end, inform, logger } = options;
  const { sessionId, callId } = run.view();
  const fact = `About the earlier call ${callId}: ${end.text}`;
  run.transition({
    ...end,
    keep: () => {
      journal.facts.insert(sessionId, fact);
      return end.keep?.() ?? [];
    },
  });
  end.announce();
  inform(sessionId, fact).catch((error: unknown) => {
    logger.warn({ err: error, sessionId, callId }, 'the model was not told how a write was settled');
  });
}
