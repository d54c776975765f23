import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { runUnityBuildArgs, runUnityBuildResult, type BuildView } from '../../../../shared/contracts/index.ts';
import { AppError, toAppError } from '../../../../shared/errors/index.ts';
import type { BuildStatus } from '../../unity/types.ts';
import { factsOf, followBuild, keepBuildEnd } from '../buildFollower.ts';
import type { FunctionDefinition, HandlerContext, HandlerOutcome } from '../types.ts';

export const runUnityBuild: FunctionDefinition<typeof runUnityBuildArgs, typeof runUnityBuildResult> = {
  name: 'runUnityBuild',
  description:
    'Builds the player for one platform. The developer approves it first; it may take many minutes. Returns the result, duration, size, and numbers of warnings and errors.',
  args: runUnityBuildArgs,
  result: runUnityBuildResult,
  effect: 'build',
  policy: 'ask',
  timeLimitMs: 4 * 3_600_000,
  async handler(args, context) {
    const { journal } = context;
    const notice = await context.unity.approvalNotice(context);
    await context.approve({
      path: null,
      view: {
        kind: 'build',
        target: args.target,
        development: args.development,
        outputPath: args.outputPath ?? null,
        reason: `Build for ${args.target}${args.development ? ', development build' : ''}`,
        warnings: notice === null ? [] : [notice],
      },
    });
    const running = journal.builds.unfinished()[0];
    if (running !== undefined) {
      throw new AppError(
        'unity_busy',
        `Unity already builds for ${running.target}. Wait for its end, then ask again.`,
        {
          data: { buildId: running.buildId },
        },
      );
    }

    const { push, now } = context;
    const follower = followBuild({ journal, push, now, build: begin(args, context) });
    let status: BuildStatus;
    try {
      status = await context.unity.unityRunBuild(args, {
        sessionId: context.sessionId,
        callId: context.callId,
        signal: context.signal,
        onProgress: (seen) => {
          follower.progress(seen);
        },
      });
    } catch (error) {
      const isGoingOn = context.signal.aborted && journal.builds.jobOf(follower.view().buildId) !== null;
      if (isGoingOn) return goesOn(follower.view());
      follower.fail(toAppError(error).message);
      throw error;
    } finally {
      follower.stop();
    }
    const build = follower.end(status);
    const result = resultOf(build);
    return {
      result: {
        success: result === 'succeeded',
        buildId: build.buildId,
        target: build.target,
        result,
        ...(build.outputPath === null ? {} : { outputPath: build.outputPath }),
        durationMs: build.elapsedMs,
        ...(build.sizeBytes === null ? {} : { sizeBytes: build.sizeBytes }),
        warnings: build.warnings,
        errors: build.errors,
        ...(build.reason === null ? {} : { reason: build.reason }),
      },
      summary:
        build.phase === 'lost'
          ? `build ${args.target} · outcome not known`
          : `build ${args.target} · ${result} in ${(build.elapsedMs / 1_000).toFixed(1)} s`,
      links: { buildId: build.buildId },
      ...(result === 'succeeded'
        ? {}
        : {
            error: {
              code: result === 'cancelled' ? 'cancelled' : 'unity_failed',
              message: build.reason ?? `The build for ${args.target} ${result}. Unity's console says why.`,
            },
          }),
      keep: () => [keepBuildEnd(journal, build)],
      announce() {
        context.push({ name: 'build.changed', payload: { build } });
      },
    };
  },
};

function resultOf({ state, phase }: BuildView): z.input<typeof runUnityBuildResult>['result'] {
  if (phase === 'lost') return 'unknown';
  return state === 'succeeded' || state === 'cancelled' ? state : 'failed';
}

/** The build's row and first event, before anything is sent. */
function begin(args: z.output<typeof runUnityBuildArgs>, context: HandlerContext): BuildView {
  const { journal } = context;
  const projectName = context.projectName();
  const history = journal.builds.history(projectName, args);
  const build: BuildView = {
    buildId: uuidv7(),
    sessionId: context.sessionId,
    callId: context.callId,
    target: args.target,
    development: args.development,
    outputPath: args.outputPath ?? null,
    state: 'starting',
    phase: 'starting',
    startedAt: context.now(),
    elapsedMs: 0,
    estimateMs: history.medianMs,
    completedAt: null,
    sizeBytes: null,
    previousSizeBytes: history.lastSizeBytes,
    warnings: 0,
    errors: 0,
    reason: null,
  };
  journal.transact(() => {
    journal.builds.insert(build, projectName);
    journal.outbox.append(context.sessionId, {
      type: 'build.unity.started',
      ...factsOf(journal, build),
      elapsedMs: 0,
      development: build.development,
    });
  });
  context.link({ buildId: build.buildId });
  context.push({ name: 'build.changed', payload: { build } });
  return build;
}

/** Unity has the build: that nobody waits for it any more does not end it. */
function goesOn(build: BuildView): HandlerOutcome<z.input<typeof runUnityBuildResult>> {
  const reason =
    'SPARK does not wait for this build any more. Unity cannot cancel a build: it goes on, and its end is shown when it comes.';
  return {
    result: {
      success: false,
      buildId: build.buildId,
      target: build.target,
      result: 'cancelled',
      durationMs: build.elapsedMs,
      warnings: build.warnings,
      errors: build.errors,
      reason,
    },
    summary: `build ${build.target} · goes on in Unity`,
    links: { buildId: build.buildId },
    error: { code: 'cancelled', message: reason },
  };
}
