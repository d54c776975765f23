import type { ChangeView } from '../../../../shared/contracts/index.ts';
import type { PatchesOutcome, WriteOutcome, WritePlan } from '../../unity/types.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import { countLines } from '../lineDiff.ts';
import { compiledWords, keepScriptWrite, toChangeView, type ScriptWrite } from '../scriptChange.ts';
import type { HandlerContext, HandlerOutcome } from '../types.ts';
import { replanEdited } from './write.ts';
import type { applyUnityPatchResult } from '../../../../shared/contracts/index.ts';
import type { z } from 'zod';

type PatchResult = z.input<typeof applyUnityPatchResult>;

/**
 * Several files as one change: one approval that shows each, all or none, one change per file kept with the call's end.
 * When a part of it stands because it could not be put back, the call fails and that part is kept as what it is: a change.
 */
export async function writeMany(options: {
  readonly context: HandlerContext;
  /** At least one of them changes its file. */
  readonly plans: readonly WritePlan[];
  readonly reason: string;
  readonly prompt: string | undefined;
}): Promise<HandlerOutcome<PatchResult>> {
  const { context, plans: proposed, reason, prompt } = options;
  const counts = new Map<WritePlan, ScriptWrite['lines']>();
  const linesOf = async (plan: WritePlan): Promise<ScriptWrite['lines']> => {
    const lines = counts.get(plan) ?? (await context.diffs.countChangedLines(plan.before, plan.after));
    counts.set(plan, lines);
    return lines;
  };
  const files = await Promise.all(
    proposed.map(async (plan) => {
      const { path, before, after, warnings } = plan;
      return { path, before, after, ...(await linesOf(plan)), warnings: [...warnings] };
    }),
  );
  const { editedFiles } = await context.approve({
    path: null,
    paths: proposed.map(({ path }) => path),
    view: { kind: 'write_many', files, reason, warnings: [] },
  });
  const plans = await withEdits(context, proposed, editedFiles);
  // Before the write: once a file stands nothing may come between it and its keeping.
  const lines = new Map(await Promise.all(plans.map(async (plan) => [plan.path, await linesOf(plan)] as const)));
  const outcome = await context.unity.unityApplyPatches(plans, context);
  const done = writesOf(outcome, { plans, lines, context, prompt });
  const changes = done.map((write) => toChangeView(write, context.now()));
  const first = changes[0]?.changeId ?? null;
  const kept = {
    links: { changeId: first },
    keep: () =>
      done.flatMap((write, index) => {
        const change = changes[index];
        return change === undefined ? [] : [keepScriptWrite(context.journal, change, write)];
      }),
    announce: () => {
      for (const change of changes) context.push({ name: 'change.changed', payload: { change } });
    },
  };
  const editsApplied = plans.reduce((sum, plan) => sum + plan.editsApplied, 0);
  if (outcome.kind === 'partial') {
    const { code, message, data } = outcome.error;
    return {
      result: toResult(plans, changes, null, editsApplied),
      forModel: { success: false, error: { code, message, data } },
      summary: `written only in part · ${changes.map(({ path }) => path).join(', ')}`,
      error: { code, message, data },
      ...kept,
    };
  }
  const [written] = outcome.outcomes;
  for (const { step, ms } of written?.timing ?? []) context.addTiming(step, ms);
  const compile = written?.compile ?? null;
  return {
    result: toResult(plans, changes, compile, editsApplied),
    summary: summaryOf(changes, compile),
    ...kept,
  };
}

/** The plans with what the developer wrote instead. */
async function withEdits(
  context: HandlerContext,
  proposed: readonly WritePlan[],
  edited: ReadonlyMap<string, string>,
): Promise<readonly WritePlan[]> {
  const plans: WritePlan[] = [];
  for (const plan of proposed) {
    const text = edited.get(plan.path);
    plans.push(text === undefined ? plan : await replanEdited(context, plan, text));
  }
  if (plans.every(({ sha256Before, sha256After }) => sha256Before === sha256After)) {
    throw new AppError('denied', 'As the developer edited it, none of the files would change. Nothing was written.');
  }
  return plans;
}

function writesOf(
  outcome: PatchesOutcome,
  change: {
    readonly plans: readonly WritePlan[];
    /** By path. */
    readonly lines: ReadonlyMap<string, ScriptWrite['lines']>;
    readonly context: HandlerContext;
    readonly prompt: string | undefined;
  },
): ScriptWrite[] {
  const { plans, lines, context, prompt } = change;
  const changed = (outcome.kind === 'partial' ? outcome.written : plans).filter(
    ({ sha256Before, sha256After }) => sha256Before !== sha256After,
  );
  const compile = outcome.kind === 'applied' ? (outcome.outcomes[0]?.compile ?? null) : null;
  const paths = new Set(changed.map(({ path }) => path));
  return changed.map(({ path, before, after, sha256Before, sha256After, editsApplied }, index) => ({
    kind: 'patched' as const,
    sessionId: context.sessionId,
    callId: context.callId,
    path,
    before,
    after,
    sha256Before,
    sha256After,
    lines: lines.get(path) ?? noLines,
    compile: compile === null ? unseen : errorsOfFile(compile, path, index === 0 ? paths : null),
    prompt,
    editsApplied,
  }));
}

const noLines: ScriptWrite['lines'] = { addedLines: 0, removedLines: 0 };
const unseen: WriteOutcome['compile'] = { status: 'unknown', errors: [], durationMs: 0 };

/** Each file's own errors; those of files that the change did not touch go with its first one. */
function errorsOfFile(
  compile: WriteOutcome['compile'],
  path: string,
  touched: ReadonlySet<string> | null,
): WriteOutcome['compile'] {
  const errors = compile.errors.filter(({ file }) => file === path || (touched !== null && !touched.has(file ?? '')));
  return { ...compile, errors };
}

function toResult(
  plans: readonly WritePlan[],
  changes: readonly ChangeView[],
  compile: WriteOutcome['compile'] | null,
  editsApplied: number,
): PatchResult {
  const [first] = plans;
  const linesOf = (path: string): number => countLines(plans.find((plan) => plan.path === path)?.after ?? '');
  return {
    success: true,
    path: first?.path ?? '',
    sha256: first?.sha256After ?? '',
    lines: countLines(first?.after ?? ''),
    compile: compile ?? unseen,
    editsApplied,
    files: changes.flatMap(({ path, sha256After, changeId, kind }) =>
      sha256After === null
        ? []
        : [{ path, sha256: sha256After, changeId, created: kind === 'created', lines: linesOf(path) }],
    ),
  };
}

/** "changed 3 files · +12 −4 · compiled in 1.2 s" */
function summaryOf(changes: readonly ChangeView[], compile: WriteOutcome['compile'] | null): string {
  const sum = (of: (change: ChangeView) => number): number => changes.reduce((total, change) => total + of(change), 0);
  const size = `+${sum((change) => change.addedLines)} −${sum((change) => change.removedLines)}`;
  return `changed ${changes.length} files · ${size} · ${compiledWords(compile ?? unseen)}`;
}
