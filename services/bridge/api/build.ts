import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import { dispatchByPerson } from './byPerson.ts';
import type { ApiParts } from './types.ts';

export function buildRoutes(parts: ApiParts): Pick<ApiHandlers, 'build.start'> {
  return {
    'build.start': async ({ sessionId, ...args }) => {
      // Answers as soon as the build has begun; its progress and end are pushed.
      const started = Promise.withResolvers<string>();
      dispatchByPerson(parts, sessionId, 'runUnityBuild', args, started.resolve).finished.then(
        (call) => started.resolve(call.buildId ?? ''),
        started.reject,
      );
      const build = parts.journal.builds.get(await started.promise);
      if (build === null) throw new InvariantError('A build began without a row.');
      return { build };
    },
  };
}
