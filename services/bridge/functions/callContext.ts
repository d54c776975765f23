import { AppError } from '../../../shared/errors/index.ts';
import type { CallRecord } from '../journal/index.ts';
import type { Approvals } from './approvals.ts';
import type { ConsoleMarks } from './consoleMarks.ts';
import { denied } from './callErrors.ts';
import type { CallRun } from './callRun.ts';
import { requireMendingLeft } from './mending.ts';
import { decidePolicy } from './policy.ts';
import type { TimeLimit } from './timeLimit.ts';
import type { ApprovalRequest, Approved, BoundFunction, HandlerContext } from './types.ts';

/** What every handler is given, whichever call it works for. */
type Doors = Pick<HandlerContext, 'unity' | 'journal' | 'settings' | 'diffs' | 'push' | 'now' | 'projectName'>;

/**
 * One call as its handler sees it. `approve` is the only way from `received` to `running` for what is no read: it applies
 * the policy and the limit of mending, waits for the developer with the call's clock stopped, and remembers "always here".
 */
export function makeCallContext(options: {
  readonly doors: Doors;
  readonly approvals: Approvals;
  readonly run: CallRun;
  readonly record: CallRecord;
  readonly bound: BoundFunction;
  readonly limit: TimeLimit;
  readonly consoleMarks: ConsoleMarks;
  /** Called when the call has the build it started. */
  readonly onBuild: ((buildId: string) => void) | undefined;
}): HandlerContext {
  const { doors, approvals, run, record, bound, limit, consoleMarks, onBuild } = options;
  const { journal } = doors;
  const { sessionId, callId } = record.view;

  async function approve({ path, paths, view }: ApprovalRequest): Promise<Approved> {
    if (record.origin === 'model' && (view.kind === 'write' || view.kind === 'write_many')) {
      requireMendingLeft(journal, sessionId, paths ?? (path === null ? [] : [path]));
    }
    const project = doors.projectName();
    const rules = journal.policyRules.list(project);
    const decide = (file: string | null) =>
      decidePolicy({ effect: bound.effect, policyDefault: bound.policy, path: file, rules });
    const policies = (paths ?? [path]).map(decide);
    const policy = policies.find((each) => each !== 'automatic') ?? 'automatic';
    if (policy === 'never') throw new AppError('denied', `${bound.name} is switched off.`);
    // Until here it only read. The developer need not wait for the mark; what the call does from here on, does.
    const marked = consoleMarks.take({ ...record.view, signal: limit.signal });
    // A person's own click is its own approval.
    if (policy === 'automatic' || record.origin === 'person') {
      await marked;
      // Of the model's own calls only a remembered folder lets a write through.
      const kept = record.origin === 'model' && view.kind === 'write' ? { ...view, always: true as const } : view;
      run.transition({ state: 'running', patch: { approval: kept } });
      return { editedContents: null, editedFiles: new Map() };
    }
    const folder = view.kind === 'write' ? view.rememberFolder : null;
    const shown =
      view.kind === 'write' && folder !== null
        ? { ...view, approvedInARow: journal.policyRules.approvedInARow(project, bound.effect, folder) }
        : view;
    run.transition({ state: 'awaiting_approval', patch: { approval: shown } });
    limit.pause();
    const decision = await approvals.wait(sessionId, callId, limit.signal);
    limit.resume();
    if (folder !== null) {
      journal.policyRules.noteDecision(project, bound.effect, folder, decision.kind === 'approve');
    }
    if (decision.kind === 'deny') throw denied(decision.reason);
    if (decision.remember && folder !== null) {
      journal.policyRules.remember(project, bound.effect, folder);
    }
    await marked;
    run.transition({ state: 'running' });
    return {
      editedContents: decision.editedContents ?? null,
      editedFiles: new Map(decision.editedFiles?.map(({ path, contents }) => [path, contents])),
    };
  }

  return {
    ...doors,
    sessionId,
    callId,
    origin: record.origin,
    signal: limit.signal,
    approve,
    consoleMarkOf: (of) => consoleMarks.of(sessionId, of),
    link(links) {
      run.patch(links);
      if (links.buildId !== undefined && links.buildId !== null) onBuild?.(links.buildId);
    },
    onWait(what) {
      // Told from a timer, too: the call may have ended meanwhile.
      const { state } = run.view();
      if (state === 'running' || state === 'received') run.patch({ summary: what ?? '' });
    },
    addTiming(step, ms) {
      run.note({ timing: [...run.view().timing, { step, ms }] });
    },
  };
}
