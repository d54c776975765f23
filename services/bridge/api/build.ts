import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { AppError, InvariantError } from '../../../shared/errors/index.ts';
import { dispatchByPerson } from './byPerson.ts';
import type { ApiParts } from './types.ts';

/** More than a chart shows. */
const maxHistory = 200;
const limitMs = 5_000;

type BuildParts = Pick<ApiParts, 'journal' | 'dispatcher' | 'signal' | 'unity' | 'project' | 'logger'> & {
  readonly program: Pick<ApiParts['program'], 'reveal'>;
};

export function buildRoutes(parts: BuildParts): Pick<ApiHandlers, 'build.start' | 'build.history' | 'build.reveal'> {
  const { journal, unity, program, logger } = parts;

  async function locate(outputPath: string, sessionId: string): Promise<string | null> {
    if (unity === null) return null;
    const signal = AbortSignal.any([parts.signal, AbortSignal.timeout(limitMs)]);
    return await unity.locateBuild({ outputPath }, { sessionId, callId: null, signal }).catch((error: unknown) => {
      logger.info({ err: error, sessionId }, 'where a build lies could not be found out');
      return null;
    });
  }

  return {
    'build.start': async ({ sessionId, ...args }) => {
      // Answers as soon as the build has begun; its progress and end are pushed.
      const started = Promise.withResolvers<string>();
      dispatchByPerson(parts, sessionId, 'runUnityBuild', args, started.resolve).finished.then(
        (call) => started.resolve(call.buildId ?? ''),
        started.reject,
      );
      const build = journal.builds.get(await started.promise);
      if (build === null) throw new InvariantError('A build began without a row.');
      return { build };
    },
    'build.history': async ({ sessionId }) => {
      journal.sessions.require(sessionId);
      const projectName = journal.sessions.projectOf(sessionId)?.name ?? parts.project().name ?? '';
      return { projectName, builds: journal.builds.ofProject(projectName, maxHistory) };
    },
    'build.reveal': async ({ buildId }) => {
      const build = journal.builds.get(buildId);
      if (build?.outputPath == null) {
        throw new AppError('not_found', 'Where this build was written is not known.', { data: { buildId } });
      }
      const path = await locate(build.outputPath, build.sessionId);
      if (path !== null) program.reveal?.(path);
      return { path: path ?? build.outputPath, revealed: path !== null && program.reveal !== null };
    },
  };
}
