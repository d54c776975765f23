import type { ApiHandlers, ChangeView, RouteOutput } from '../../../shared/contracts/index.ts';
import { AppError, InvariantError } from '../../../shared/errors/index.ts';
import { changesToUndo, makePlanUndo, requireOwnProject } from '../functions/index.ts';
import { dispatchByPerson } from './byPerson.ts';
import type { ApiParts } from './types.ts';

type UndoParts = Pick<ApiParts, 'journal' | 'dispatcher' | 'unity' | 'signal'> & {
  readonly heavy: Pick<ApiParts['heavy'], 'merge'>;
  readonly engine: Pick<ApiParts['engine'], 'inform'>;
};

/**
 * Undo is planned first, so that what is already gone and what is in conflict leave no call behind; then it is a call
 * like every other write, with its own plan made from the file at that moment.
 */
export function undoRoutes(parts: UndoParts): Pick<ApiHandlers, 'change.undo' | 'change.undo_to'> {
  const { journal } = parts;

  function require(changeId: string): ChangeView {
    const change = journal.changes.get(changeId);
    if (change !== null) return change;
    throw new AppError('not_found', 'This change is not in the journal of this machine.', { data: { changeId } });
  }

  async function undo({ changeId, sessionId, path }: ChangeView): Promise<RouteOutput<'change.undo'>> {
    const { unity } = parts;
    if (unity === null) {
      throw new AppError('unity_unavailable', 'No Unity is connected. Set UNITY_MCP_URL and start SPARK again.');
    }
    const planned = await makePlanUndo({ journal, unity, diffs: parts.heavy })(changeId, {
      sessionId,
      callId: null,
      signal: parts.signal,
    });
    if (planned.kind === 'nothing_to_do' || planned.kind === 'conflict') return planned;
    const call = await dispatchByPerson(parts, sessionId, 'undoUnityChange', { changeId }).finished;
    const change = call.changeId === null ? null : journal.changes.get(call.changeId);
    if (change === null) throw new InvariantError('An undo succeeded without a change.');
    const text = `The developer undid your earlier change to ${path}. Read it again before you change it.`;
    journal.facts.insert(sessionId, text);
    await parts.engine.inform({ sessionId, text });
    return { kind: 'undone', change };
  }

  return {
    'change.undo': async ({ changeId }) => await undo(require(changeId)),
    'change.undo_to': async ({ sessionId, changeId }) => {
      if (require(changeId).sessionId !== sessionId) {
        throw new AppError('not_found', 'This change belongs to another session.', { data: { changeId } });
      }
      const changes: ChangeView[] = [];
      const due = changesToUndo(journal.changes.list(sessionId), changeId);
      for (const change of due) requireOwnProject(journal, change);
      for (const [done, change] of due.entries()) {
        const outcome = await undo(change);
        if (outcome.kind === 'conflict') {
          return { kind: 'conflict', changes, remaining: due.length - done, conflict: outcome.conflict };
        }
        if (outcome.kind === 'undone') changes.push(outcome.change);
      }
      if (changes.length > 0) return { kind: 'undone', changes };
      return { kind: 'nothing_to_do', why: 'The project is in that state already.' };
    },
  };
}
