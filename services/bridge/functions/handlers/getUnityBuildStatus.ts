import {
  getUnityBuildStatusArgs,
  getUnityBuildStatusResult,
  type BuildView,
} from '../../../../shared/contracts/index.ts';
import type { FunctionDefinition } from '../types.ts';

/** From the journal, not from Unity: while a build runs, Unity answers nobody. */
export const getUnityBuildStatus: FunctionDefinition<typeof getUnityBuildStatusArgs, typeof getUnityBuildStatusResult> =
  {
    name: 'getUnityBuildStatus',
    description:
      'Tells whether a build runs now, since when and how long it usually takes, and how the last ones of this session ended.',
    args: getUnityBuildStatusArgs,
    result: getUnityBuildStatusResult,
    effect: 'read',
    policy: 'automatic',
    timeLimitMs: 10_000,
    handler(_args, context) {
      const { builds } = context.journal;
      const running = builds.unfinished()[0];
      const last = builds
        .list(context.sessionId)
        .filter(({ completedAt }) => completedAt !== null)
        .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))
        .slice(0, shown);
      const words =
        running === undefined ? (last[0] === undefined ? 'no build yet' : wordsOf(last[0])) : wordsOf(running);
      return Promise.resolve({
        result: { running: running === undefined ? null : toStatus(running), last: last.map(toStatus) },
        summary: `build · ${words}`,
      });
    },
  };

const shown = 5;

const wordsOf = (build: BuildView): string => `${build.target} ${build.state}`;

const toStatus = (build: BuildView) => ({
  buildId: build.buildId,
  target: build.target,
  state: build.state,
  phase: build.phase,
  elapsedMs: Math.round(build.elapsedMs),
  ...(build.estimateMs === null ? {} : { usuallyMs: Math.round(build.estimateMs) }),
  ...(build.sizeBytes === null ? {} : { sizeBytes: build.sizeBytes }),
  ...(build.outputPath === null ? {} : { outputPath: build.outputPath }),
  warnings: build.warnings,
  errors: build.errors,
  ...(build.reason === null ? {} : { reason: build.reason.slice(0, 2_000) }),
});
