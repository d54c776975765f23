import { toAppError } from '../../../shared/errors/index.ts';
import type { BuildView } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { JournalTables } from '../journal/index.ts';
import type { UnityAdapter } from '../unity/types.ts';
import { followBuild, keepBuildEnd } from './buildFollower.ts';
import type { Push } from './types.ts';

/**
 * Builds that go on without their call: SPARK was closed, or the call was cancelled. Each is followed to its end by
 * Unity's own id; its end is kept, shown, and told to the model. Closing SPARK leaves it for the next start.
 */
export interface BuildRuns {
  /** Follows every unfinished build that is not followed yet. */
  readonly resume: () => void;
  readonly close: () => Promise<void>;
}

export function makeBuildRuns(options: {
  readonly journal: JournalTables;
  /** Null when no Unity MCP is configured: the builds wait. */
  readonly unity: Pick<UnityAdapter, 'unityFollowBuild'> | null;
  /** Whether the call that started a build still follows it. */
  readonly hasCall: (build: BuildView) => boolean;
  readonly push: Push;
  readonly now: () => string;
  readonly inform: (sessionId: string, text: string) => Promise<void>;
  readonly logger: Logger;
}): BuildRuns {
  const { journal, unity, hasCall, push, now, inform, logger } = options;
  const closing = new AbortController();
  const followed = new Map<string, Promise<void>>();

  async function follow(build: BuildView, jobId: string, unityNow: NonNullable<typeof unity>): Promise<void> {
    const follower = followBuild({ journal, push, now, build });
    const { sessionId, callId, outputPath } = build;
    try {
      const status = await unityNow.unityFollowBuild(
        {
          jobId,
          startedAtMs: Date.parse(build.startedAt),
          outputPath,
          before: journal.builds.beforeOf(build.buildId) ?? undefined,
        },
        { sessionId, callId, signal: closing.signal, onProgress: follower.progress },
      );
      const end = follower.end(status);
      journal.transact(() => {
        keepBuildEnd(journal, end);
      });
      push({ name: 'build.changed', payload: { build: end } });
      tell(end);
    } catch (error) {
      if (closing.signal.aborted) return;
      logger.warn({ err: error, buildId: build.buildId }, 'a build could not be followed to its end');
      follower.fail(`The end of this build was not seen: ${toAppError(error).message}`);
      tell(follower.view());
    } finally {
      follower.stop();
    }
  }

  function tell({ sessionId, target, state, phase, reason, outputPath }: BuildView): void {
    const what =
      phase === 'lost'
        ? `has ended without a trace. ${reason ?? ''}`
        : state === 'succeeded'
          ? `succeeded${outputPath === null ? '' : `: ${outputPath}`}`
          : `${state}: ${reason ?? ''}`;
    inform(sessionId, `About the build for ${target} that was left running: it ${what}`).catch((error: unknown) => {
      logger.warn({ err: error, sessionId }, 'the model was not told how a build ended');
    });
  }

  return {
    resume() {
      if (unity === null || closing.signal.aborted) return;
      for (const build of journal.builds.unfinished()) {
        const jobId = journal.builds.jobOf(build.buildId);
        if (jobId === null || followed.has(build.buildId) || hasCall(build)) continue;
        const work = follow(build, jobId, unity).finally(() => followed.delete(build.buildId));
        followed.set(build.buildId, work);
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled(followed.values());
    },
  };
}
