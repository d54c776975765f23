import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { isSameProject, type ProjectName } from '../journal/index.ts';
import type { UnityInstance } from '../unity/index.ts';
import type { ApiParts } from './types.ts';

type UnityParts = Pick<ApiParts, 'journal' | 'unity' | 'views'>;

/** Which open editor a session works in. */
export function unityRoutes(parts: UnityParts): Pick<ApiHandlers, 'unity.list_instances' | 'unity.choose_instance'> {
  const { journal, unity, views } = parts;
  return {
    'unity.list_instances': async ({ sessionId }) => {
      journal.sessions.require(sessionId);
      await unity?.editor.refresh();
      const project = journal.sessions.projectOf(sessionId);
      const isChosen = (instance: UnityInstance): boolean => project !== null && isSameProject(project, instance);
      return {
        instances: (unity?.editor.instances() ?? []).map((instance) => ({
          instanceId: instance.id,
          projectName: instance.name,
          unityVersion: instance.unityVersion,
          chosen: isChosen(instance),
        })),
      };
    },
    'unity.choose_instance': async ({ sessionId, instanceId }) => {
      journal.sessions.require(sessionId);
      const instance = unity?.editor.instances().find(({ id }) => id === instanceId);
      if (unity === null || instance === undefined) {
        throw new AppError('not_found', 'This Unity Editor is not open any more. Look at the list again.', {
          data: { instanceId },
        });
      }
      const project = journal.sessions.projectOf(sessionId);
      if (project !== null && !isSameProject(project, instance)) requireNothingOpen(parts, sessionId, project);
      journal.sessions.setProject(sessionId, { name: instance.name, hash: instance.hash });
      views.push(sessionId);
      await unity.editor.choose(instance.id);
      return { session: views.view(journal.sessions.require(sessionId)) };
    },
  };
}

/** What was planned in one project must not be written in another, nor be looked for there. */
function requireNothingOpen({ journal }: UnityParts, sessionId: string, { name }: ProjectName): void {
  if (journal.ledger.isUnsettled(sessionId)) {
    throw new AppError(
      'unity_unsettled',
      `A write of this session in ${name} is not settled yet. Open ${name} in Unity first, so that SPARK can find out what became of it.`,
    );
  }
  const atWork = journal.calls.inStates(['received', 'awaiting_approval', 'running']);
  if (atWork.some(({ view }) => view.sessionId === sessionId && view.effect === 'write')) {
    throw new AppError(
      'unity_busy',
      `This session is still making a change in ${name}, or asks you about one. Decide about it, let it end or cancel it, then choose.`,
    );
  }
}
