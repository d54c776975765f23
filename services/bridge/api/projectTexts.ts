import { v7 as uuidv7 } from 'uuid';
import type { ApiHandlers, ProjectRules } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { rulesForModel } from '../functions/index.ts';
import { isSameProject, type ProjectName } from '../journal/index.ts';
import type { ApiParts } from './types.ts';

type Parts = Pick<ApiParts, 'journal' | 'engine' | 'push'>;
const historyLimit = 50;

/** The developer's rules of a session's project, and the prompts that are kept to be said again. */
export function projectTextRoutes(
  parts: Parts,
): Pick<ApiHandlers, 'rules.get' | 'rules.set' | 'rules.history' | 'prompt.list' | 'prompt.save' | 'prompt.delete'> {
  const { journal, push } = parts;

  function projectOf(sessionId: string): ProjectName | null {
    journal.sessions.require(sessionId);
    return journal.sessions.projectOf(sessionId);
  }
  function requireProject(sessionId: string): ProjectName {
    const project = projectOf(sessionId);
    if (project !== null) return project;
    throw new AppError(
      'invalid_input',
      'This session has no Unity project yet. Open one in Unity, or choose its editor; then write its rules. Nothing was kept.',
    );
  }
  function rulesOf(project: ProjectName | null): ProjectRules {
    const newest = project === null ? null : journal.projectRules.newest(project);
    return {
      projectName: project?.name ?? null,
      version: newest?.version ?? 0,
      text: newest?.text ?? '',
      createdAt: newest?.createdAt ?? null,
      told: rulesForModel(newest?.text ?? ''),
    };
  }

  return {
    'rules.get': async ({ sessionId }) => rulesOf(projectOf(sessionId)),
    'rules.history': async ({ sessionId }) => {
      const project = projectOf(sessionId);
      return { versions: project === null ? [] : journal.projectRules.history(project, historyLimit) };
    },
    'rules.set': async ({ sessionId, text, onVersion }) => {
      const project = requireProject(sessionId);
      const before = rulesOf(project);
      if (before.version !== onVersion) return { kind: 'changed_meanwhile', rules: before };
      if (before.text === text) return { kind: 'saved', rules: before };
      journal.projectRules.add(project, text);
      push({ name: 'rules.changed', payload: { projectName: project.name } });
      await tellSessions(parts, project, text);
      return { kind: 'saved', rules: rulesOf(project) };
    },
    'prompt.list': async ({ sessionId }) => ({ prompts: journal.prompts.list(projectOf(sessionId)?.name ?? null) }),
    'prompt.save': async ({ sessionId, promptId, name, text, everywhere }) => {
      const projectName = everywhere ? null : requireProject(sessionId).name;
      const prompt = journal.prompts.put({ promptId: promptId ?? uuidv7(), name, text, projectName });
      push({ name: 'prompts.changed', payload: {} });
      return { prompt };
    },
    'prompt.delete': async ({ promptId }) => {
      const deleted = journal.prompts.remove(promptId);
      if (deleted) push({ name: 'prompts.changed', payload: {} });
      return { deleted };
    },
  };
}

/** Open connections hear of it now; every later one has the rules in its instructions. */
async function tellSessions({ journal, engine }: Parts, project: ProjectName, text: string): Promise<void> {
  const fact =
    text === ''
      ? 'The developer took the rules of this project back; none of them hold any more.'
      : `The developer changed the rules of this project. From now on these hold instead of those before:\n${text}`;
  for (const { sessionId, projectName } of journal.sessions.list()) {
    if (projectName !== project.name) continue;
    const own = journal.sessions.projectOf(sessionId);
    if (own !== null && isSameProject(own, project)) await engine.inform({ sessionId, text: fact });
  }
}
