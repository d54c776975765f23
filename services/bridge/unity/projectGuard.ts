import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Editor } from './editor.ts';
import type { Flows } from './flow.ts';
import { hashOf } from './instances.ts';
import type { SessionProjects } from './types.ts';

/**
 * Each session works in one project, whichever connection it comes by: its first editor becomes its project, calls of
 * another session wait until the editor is free to change, and a call that would reach another project than its
 * session's is refused before it is sent, whatever the server would have done with it.
 */
export interface ProjectGuard {
  /**
   * Turns to the session's project, after the calls at work in another one have ended, and marks a call as at work there
   * until the returned function is called. Rejects with `cancelled`.
   */
  readonly enter: (sessionId: string, signal: AbortSignal) => Promise<() => void>;
  /** Throws `unity_select_instance` when the instance is not the project of the current call's session. */
  readonly require: (instanceId: string) => void;
  /** Whether what this session has written lies in the project that is worked in now. */
  readonly isHere: (sessionId: string) => boolean;
}

const lookAgainMs = 50;

export function makeProjectGuard(deps: {
  readonly projects: SessionProjects | undefined;
  readonly editor: Pick<Editor, 'status' | 'wanted' | 'choose' | 'instances'>;
  readonly flows: Flows;
}): ProjectGuard {
  const { projects, editor, flows } = deps;
  /** Calls at work by session. */
  const atWork = new Map<string, number>();
  let turning: Promise<unknown> | undefined;

  const projectOf = (sessionId: string) => projects?.of(sessionId) ?? null;
  const keyOf = (sessionId: string): string | null => {
    const project = projectOf(sessionId);
    return project === null ? null : (project.hash ?? project.name);
  };
  const isWanted = (key: string): boolean => {
    const wanted = editor.wanted();
    if (wanted === null || wanted === key || hashOf(wanted) === key) return wanted !== null;
    const { instanceId, projectName } = editor.status();
    return projectName === key || hashOf(instanceId) === key;
  };

  function begin(sessionId: string): () => void {
    atWork.set(sessionId, (atWork.get(sessionId) ?? 0) + 1);
    return () => {
      const left = (atWork.get(sessionId) ?? 1) - 1;
      if (left > 0) atWork.set(sessionId, left);
      else atWork.delete(sessionId);
    };
  }

  /** The call is at work while it turns, so that no other one turns away before it has begun. */
  async function turn(sessionId: string, instance: string | null): Promise<() => void> {
    const end = begin(sessionId);
    const work = editor.choose(instance);
    turning = work;
    try {
      await work;
    } finally {
      turning = undefined;
    }
    return end;
  }

  /** What to turn to; undefined when the session may begin as it is. */
  function target(sessionId: string): { readonly instance: string | null } | undefined {
    const key = keyOf(sessionId);
    if (key !== null) return isWanted(key) ? undefined : { instance: key };
    // A session without a project is not bound to one that another session worked in and that is closed now.
    const [first, ...more] = editor.instances();
    if (projects === undefined || editor.status().kind !== 'no_editor' || first === undefined) return undefined;
    return { instance: more.length === 0 ? first.id : null };
  }

  return {
    async enter(sessionId, signal) {
      const waiting = flows.wait(() => 'waits for calls in another project');
      try {
        for (;;) {
          await turning;
          const to = target(sessionId);
          if (to === undefined) return begin(sessionId);
          if (atWork.size === 0) return await turn(sessionId, to.instance);
          if (signal.aborted) throw new AppError('cancelled', 'Cancelled.', { cause: signal.reason });
          await waitMs(lookAgainMs, signal);
        }
      } finally {
        waiting.over();
      }
    },
    require(instanceId) {
      const sessionId = flows.current()?.sessionId;
      const hash = hashOf(instanceId);
      if (sessionId === undefined || projects === undefined || hash === null) return;
      const name = instanceId.slice(0, instanceId.lastIndexOf('@'));
      const project = projects.of(sessionId);
      if (project === null || (project.hash === null && project.name === name)) {
        projects.bind(sessionId, { name, hash });
        return;
      }
      if (project.hash === hash) return;
      throw new DependencyError(
        'unity_select_instance',
        `This session works in ${project.name}, but the editor that is open is ${name}. Nothing was sent. Open ${project.name} in Unity, or choose an editor for this session.`,
        {
          retryable: false,
          data: { project: project.name, instance: instanceId, open: editor.instances().map(({ id }) => id) },
        },
      );
    },
    isHere(sessionId) {
      const project = projectOf(sessionId);
      if (project === null) return true;
      const { instanceId, projectName } = editor.status();
      return project.hash === null ? project.name === projectName : project.hash === hashOf(instanceId);
    },
  };
}
