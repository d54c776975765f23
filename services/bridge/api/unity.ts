import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
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
      const isChosen = ({ hash, name }: UnityInstance): boolean =>
        project !== null && (project.hash === null ? project.name === name : project.hash === hash);
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
      if (project !== null && project.hash !== instance.hash && isUnsettled(parts, sessionId)) {
        throw new AppError(
          'unity_unsettled',
          `A write of this session in ${project.name} is not settled yet. Open ${project.name} in Unity first, so that SPARK can find out what became of it.`,
        );
      }
      journal.sessions.setProject(sessionId, { name: instance.name, hash: instance.hash });
      views.push(sessionId);
      await unity.editor.choose(instance.id);
      return { session: views.view(journal.sessions.require(sessionId)) };
    },
  };
}

/** The ledger would look for the write in the wrong project. */
const isUnsettled = ({ journal }: UnityParts, sessionId: string): boolean => journal.ledger.isUnsettled(sessionId);
