import type { ApprovalView } from '../../../shared/contracts/index.ts';
import type { CallRecord, LedgerRecord } from '../journal/index.ts';
import type { Standing } from '../unity/index.ts';
import { countChangedLines } from './lineDiff.ts';
import type { ScriptWrite } from './scriptChange.ts';

/** What became of a change to several files, by the ledger: which of them stand, and whether that is all of them. */
export interface ManySettled {
  /** `none`: every file is as it was, never written or put back. */
  readonly kind: 'whole' | 'part' | 'none';
  readonly writes: readonly ScriptWrite[];
  /** For a person and for the model. */
  readonly text: string;
}

/**
 * Null when the call is no change to several files. Every record must be settled. `left`: what could not be put back, and
 * why.
 */
export function settleMany(
  call: CallRecord,
  records: readonly LedgerRecord[],
  { prompt, left }: { readonly prompt: string | undefined; readonly left: readonly Standing[] },
): ManySettled | null {
  const { approval } = call.view;
  if (approval?.kind !== 'write_many') return null;
  const writes = approval.files.flatMap((file) => standing(call, file, records, prompt));
  const missing = approval.files.filter(({ path }) => writes.every((write) => write.path !== path));
  const names = (files: readonly { readonly path: string }[]): string => files.map(({ path }) => path).join(', ');
  if (writes.length === 0) {
    const text = `None of ${names(approval.files)} was changed: nothing was written, or it was put back. Ask again.`;
    return { kind: 'none', writes, text };
  }
  if (missing.length > 0) {
    const whys = left.map(({ path, why }) => ` ${path} could not be put back: ${why}.`).join('');
    const text = `Only a part of this change is done: ${names(writes)} written, ${names(missing)} not.${whys} Undo the part, or ask for the rest.`;
    return { kind: 'part', writes, text };
  }
  return {
    kind: 'whole',
    writes,
    text: `${names(writes)} were written after all. Their compile was not seen; read the console to know.`,
  };
}

type ManyFile = Extract<ApprovalView, { kind: 'write_many' }>['files'][number];

/** The write of this file, unless it was not applied or was put back afterwards. */
function standing(
  { view }: CallRecord,
  file: ManyFile,
  records: readonly LedgerRecord[],
  prompt: string | undefined,
): ScriptWrite[] {
  const applied = records.filter(({ path, outcome }) => path === file.path && outcome === 'applied');
  const forward = applied.find(({ after }) => after === file.after);
  if (forward === undefined || forward.after === null || forward.sha256After === null) return [];
  const isPutBack = applied.some(
    ({ sha256Before, sha256After }) => sha256Before === forward.sha256After && sha256After === forward.sha256Before,
  );
  if (isPutBack) return [];
  return [
    {
      kind: 'patched',
      sessionId: view.sessionId,
      callId: view.callId,
      path: file.path,
      before: forward.before,
      after: forward.after,
      sha256Before: forward.sha256Before,
      sha256After: forward.sha256After,
      lines: countChangedLines(forward.before, forward.after),
      compile: { status: 'unknown', errors: [], durationMs: 0 },
      prompt,
    },
  ];
}
