import { runUnityTestsArgs, runUnityTestsResult } from '../../../../shared/contracts/index.ts';
import { capItems } from '../capped.ts';
import type { FunctionDefinition } from '../types.ts';

/** Of one failure; a stack of a hundred frames says nothing that its first ones do not. */
const maxMessageCharacters = 2_000;
const maxStackCharacters = 2_000;

export const runUnityTests: FunctionDefinition<typeof runUnityTestsArgs, typeof runUnityTestsResult> = {
  name: 'runUnityTests',
  description:
    "Runs the project's edit mode or play mode tests, all or by full name. The developer approves it first. Returns the counts and each failure with message and stack.",
  args: runUnityTestsArgs,
  result: runUnityTestsResult,
  effect: 'build',
  policy: 'ask',
  timeLimitMs: 3_600_000,
  async handler(args, context) {
    const { mode, testNames } = args;
    const notice = await context.unity.approvalNotice(context);
    await context.approve({
      path: null,
      view: {
        kind: 'tests',
        mode,
        testNames,
        reason: args.reason ?? '',
        warnings: [
          ...(mode === 'PlayMode'
            ? ['Unity enters play mode and reloads; save what you have open in the editor.']
            : []),
          ...(notice === null ? [] : [notice]),
        ],
      },
    });
    const run = await context.unity.unityRunTests(
      { mode, testNames },
      {
        sessionId: context.sessionId,
        callId: context.callId,
        signal: context.signal,
        onProgress: () => undefined,
      },
    );
    const failures = run.failures.map(({ name, message, stack }) => ({
      name,
      message: shorten(message, maxMessageCharacters),
      stack: shorten(stack, maxStackCharacters),
    }));
    const { items, cut } = capItems(failures, (left) => `${left} more failures; run them by name to see them.`);
    const { total, passed, failed, skipped, durationMs } = run;
    return {
      result: {
        success: true,
        allPassed: failed === 0 && total > 0,
        mode,
        total,
        passed,
        failed,
        skipped,
        durationMs,
        failures: items,
        ...(cut === null ? {} : { cut }),
      },
      summary: `${mode === 'EditMode' ? 'edit mode' : 'play mode'} tests · ${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`,
    };
  },
};

const shorten = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max)}… (${text.length - max} more characters)`;
