import { v7 as uuidv7 } from 'uuid';
import {
  runUnityBuildArgs,
  runUnityBuildResult,
  type BuildView,
  type SparkEvent,
} from '../../../../shared/contracts/index.ts';
import { AppError, toAppError } from '../../../../shared/errors/index.ts';
import type { BuildStatus } from '../../unity/types.ts';
import type { FunctionDefinition, HandlerContext } from '../types.ts';

const tickMs = 1_000;
/** Progress is an event when the phase changes, and at most this often in between. */
const progressEventMs = 5_000;

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
    await context.approve({
      path: null,
      view: {
        kind: 'build',
        target: args.target,
        development: args.development,
        outputPath: args.outputPath ?? null,
        reason: `Build for ${args.target}${args.development ? ', development build' : ''}`,
        warnings: [],
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

    const follower = startFollowing(args, context);
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
      follower.fail(context.signal.aborted ? 'cancelled' : 'failed', toAppError(error).message);
      throw error;
    } finally {
      follower.stop();
    }
    const build = follower.end(status);
    const result = build.state === 'succeeded' ? 'succeeded' : build.state === 'cancelled' ? 'cancelled' : 'failed';
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
      summary: `build ${args.target} · ${result} in ${(build.elapsedMs / 1_000).toFixed(1)} s`,
      links: { buildId: build.buildId },
      ...(result === 'succeeded'
        ? {}
        : {
            error: {
              code: result === 'cancelled' ? 'cancelled' : 'unity_failed',
              message: build.reason ?? `The build for ${args.target} ${result}. Unity's console says why.`,
            },
          }),
      keep: () => [keepEnd(context, build)],
      announce() {
        context.push({ name: 'build.changed', payload: { build } });
      },
    };
  },
};

/** Keeps the build's row, events and the window's clock going while Unity builds. */
function startFollowing(
  args: { target: BuildView['target']; development: boolean; outputPath?: string | undefined },
  context: HandlerContext,
) {
  const { journal } = context;
  const projectName = context.projectName();
  const history = journal.builds.history(projectName, args.target);
  const startedMs = performance.now();
  let lastEventMs = startedMs;
  let jobId: string | undefined;
  let build: BuildView = {
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
  const common = () => ({
    callId: context.callId,
    buildId: build.buildId,
    target: build.target,
    ...(jobId === undefined ? {} : { jobId: jobId.slice(0, 128) }),
    ...(build.outputPath === null ? {} : { outputPath: build.outputPath }),
  });
  const push = (): void => {
    context.push({ name: 'build.changed', payload: { build } });
  };

  journal.transact(() => {
    journal.builds.insert(build, projectName);
    journal.outbox.append(context.sessionId, {
      type: 'build.unity.started',
      ...common(),
      elapsedMs: 0,
      development: build.development,
    });
  });
  context.link({ buildId: build.buildId });
  push();
  const tick = setInterval(() => {
    build = { ...build, elapsedMs: performance.now() - startedMs };
    push();
  }, tickMs);

  function apply(status: BuildStatus): void {
    jobId = status.jobId;
    build = {
      ...build,
      state: status.state,
      phase: status.phase,
      elapsedMs: Math.max(status.elapsedMs, performance.now() - startedMs),
      outputPath: status.outputPath ?? build.outputPath,
      sizeBytes: status.sizeBytes,
      warnings: status.warnings,
      errors: status.errors,
      reason: status.reason,
    };
  }

  return {
    stop: () => {
      clearInterval(tick);
    },
    progress(status: BuildStatus): void {
      if (status.state !== 'building') return;
      const phaseChanged = status.phase !== build.phase || build.state === 'starting';
      apply(status);
      const nowMs = performance.now();
      if (phaseChanged || nowMs - lastEventMs >= progressEventMs) {
        lastEventMs = nowMs;
        journal.transact(() => {
          journal.builds.update(build);
          journal.outbox.append(context.sessionId, {
            type: 'build.unity.progress',
            ...common(),
            elapsedMs: build.elapsedMs,
            phase: build.phase.slice(0, 64),
            ...(build.estimateMs === null ? {} : { estimateMs: build.estimateMs }),
          });
        });
      }
      push();
    },
    end(status: BuildStatus): BuildView {
      apply(status);
      build = { ...build, completedAt: context.now() };
      return build;
    },
    fail(state: 'cancelled' | 'failed', reason: string): void {
      build = { ...build, state, reason, elapsedMs: performance.now() - startedMs, completedAt: context.now() };
      journal.transact(() => {
        keepEnd(context, build);
      });
      push();
    },
  };
}

function keepEnd(context: HandlerContext, build: BuildView): SparkEvent {
  context.journal.builds.update(build);
  const end = {
    callId: context.callId,
    buildId: build.buildId,
    target: build.target,
    ...(build.outputPath === null ? {} : { outputPath: build.outputPath }),
    elapsedMs: build.elapsedMs,
    durationMs: build.elapsedMs,
    ...(build.sizeBytes === null ? {} : { sizeBytes: Math.round(build.sizeBytes) }),
    warnings: build.warnings,
    errors: build.errors,
  };
  return build.state === 'succeeded'
    ? context.journal.outbox.append(context.sessionId, { type: 'build.unity.completed', ...end })
    : context.journal.outbox.append(context.sessionId, {
        type: 'build.unity.failed',
        ...end,
        reason: (build.reason ?? `The build ${build.state}.`).slice(0, 4_096),
      });
}
