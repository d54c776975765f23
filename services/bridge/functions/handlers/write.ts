import { AppError } from '../../../../shared/errors/index.ts';
import type { WriteOutcome, WritePlan } from '../../unity/types.ts';
import { countLines } from '../lineDiff.ts';
import { rememberFolderOf } from '../policy.ts';
import { keepScriptWrite, summarise, toChangeView, type ScriptWrite } from '../scriptChange.ts';
import type { HandlerContext, HandlerOutcome } from '../types.ts';

export interface WriteResult {
  readonly success: true;
  readonly path: string;
  readonly sha256: string;
  readonly changeId?: string;
  readonly unchanged?: true;
  readonly lines: number;
  readonly compile: WriteOutcome['compile'];
}

/**
 * The way of every write: plan → the developer sees the real diff → write with the plan's sha as precondition → the
 * change is kept with the call's end. An edited approval is planned again by every rule, and refused when the file moved meanwhile.
 * A text that the file has already needs nobody: the call succeeds without a question, a write or a change.
 */
export async function writeScript<R extends WriteResult>(options: {
  readonly context: HandlerContext;
  readonly kind: ScriptWrite['kind'];
  readonly reason: string;
  readonly prompt?: string;
  /** The model that wrote it, where that is known. */
  readonly author?: string | undefined;
  readonly plan: () => Promise<WritePlan>;
  readonly write: (plan: WritePlan) => Promise<WriteOutcome>;
  readonly toResult: (result: WriteResult, plan: WritePlan, outcome: Pick<WriteOutcome, 'created'>) => R;
}): Promise<HandlerOutcome<R>> {
  const { context, kind } = options;
  const first = await options.plan();
  if (isUnchanged(first)) return unchanged(first, options.toResult);
  const proposed = await context.diffs.countChangedLines(first.before, first.after);
  const { editedContents } = await context.approve({
    path: first.path,
    view: {
      kind: 'write',
      path: first.path,
      before: first.before,
      after: first.after,
      ...proposed,
      reason: options.reason,
      warnings: [...first.warnings],
      rememberFolder: rememberFolderOf(first.path),
      ...(options.author === undefined ? {} : { author: options.author }),
    },
  });
  const plan = editedContents === null ? first : await replanEdited(context, first, editedContents);
  if (isUnchanged(plan)) return unchanged(plan, options.toResult);

  const write: ScriptWrite = {
    kind,
    sessionId: context.sessionId,
    callId: context.callId,
    path: plan.path,
    before: plan.before,
    after: plan.after,
    sha256Before: plan.sha256Before,
    sha256After: plan.sha256After,
    lines: plan === first ? proposed : await context.diffs.countChangedLines(plan.before, plan.after),
    compile: null,
    prompt: options.prompt,
    editsApplied: kind === 'patched' ? plan.editsApplied : undefined,
  };
  const compiling = toChangeView(write, context.now());
  const outcome = await followed(context, compiling, () => options.write(plan));
  for (const { step, ms } of outcome.timing) context.addTiming(step, ms);

  const done: ScriptWrite = { ...write, path: outcome.path, sha256After: outcome.sha256, compile: outcome.compile };
  const change = toChangeView(done, compiling.createdAt, compiling.changeId);
  const lines = countLines(plan.after);
  const { changeId } = change;
  return {
    result: options.toResult(
      { success: true, path: outcome.path, sha256: outcome.sha256, changeId, lines, compile: outcome.compile },
      plan,
      outcome,
    ),
    summary: summarise(change, lines, outcome.compile),
    links: { changeId },
    keep: () => [keepScriptWrite(context.journal, change, done)],
    announce: () => {
      context.push({ name: 'change.changed', payload: { change } });
    },
  };
}

const isUnchanged = (plan: WritePlan): boolean => plan.sha256Before === plan.sha256After;

function unchanged<R extends WriteResult>(
  plan: WritePlan,
  toResult: (result: WriteResult, plan: WritePlan, outcome: Pick<WriteOutcome, 'created'>) => R,
): HandlerOutcome<R> {
  const { path, sha256After: sha256 } = plan;
  const lines = countLines(plan.after);
  const compile: WriteOutcome['compile'] = { status: 'unknown', errors: [], durationMs: 0 };
  const result = { success: true, path, sha256, unchanged: true, lines, compile } as const;
  return {
    result: toResult(result, plan, { created: false }),
    summary: `unchanged ${path} · it has this text already`,
  };
}

/** Shows the change as `compiling` from the moment the ledger says that the file is written. */
async function followed<T>(
  context: HandlerContext,
  change: ReturnType<typeof toChangeView>,
  write: () => Promise<T>,
): Promise<T> {
  const stop = context.journal.ledger.onSettled((record) => {
    if (record.sessionId !== context.sessionId || record.callId !== context.callId) return;
    if (record.outcome !== 'applied') return;
    // Kept on the call before it is shown: however the call ends, it ends with this change and not with a second one.
    context.link({ changeId: change.changeId });
    context.push({ name: 'change.changed', payload: { change } });
  });
  try {
    return await write();
  } finally {
    stop();
  }
}

/** Throws AppError `stale_file` when the file was changed while the developer decided. */
export async function replanEdited(context: HandlerContext, first: WritePlan, edited: string): Promise<WritePlan> {
  const plan = await context.unity.replan(first, edited, context);
  if (plan.sha256Before !== first.sha256Before) {
    throw new AppError(
      'stale_file',
      `${first.path} changed while you were deciding. Nothing was written; ask again to see it as it is now.`,
      { data: { path: first.path } },
    );
  }
  return plan;
}
