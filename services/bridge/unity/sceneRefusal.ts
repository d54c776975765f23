import { z } from 'zod';
import { AppError } from '../../../shared/errors/index.ts';
import { toUnityError, type Failure } from './failures.ts';

const batchResults = z.object({
  results: z.array(
    z.object({
      callSucceeded: z.boolean(),
      error: z.string().nullish(),
      result: z
        .object({
          error: z.string().nullish(),
          message: z.string().nullish(),
          data: z
            .object({ errors: z.array(z.string()).nullish() })
            .nullish()
            .catch(null),
        })
        .nullish(),
    }),
  ),
});

/** Why Unity refused an edit. A batch only says that something failed; its results say what. */
export function sceneRefusal(failure: Failure, tool: string): AppError {
  const parsed = failure.kind === 'failed' ? batchResults.safeParse(failure.data) : undefined;
  const failed = parsed?.data?.results.find(({ callSucceeded }) => !callSucceeded);
  const why =
    failed?.result?.data?.errors?.join(' ') ?? failed?.result?.error ?? failed?.result?.message ?? failed?.error;
  if (why == null) return toUnityError(failure, { tool, write: true });
  return new AppError('unity_rejected', `${why} Nothing was left changed.`, { data: { tool } });
}
