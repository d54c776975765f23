import type { CallContext } from './callContext.ts';

/** Runs of the project's own tests. */
export interface TestRunResult {
  readonly mode: 'EditMode' | 'PlayMode';
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
  readonly failures: readonly { readonly name: string; readonly message: string; readonly stack: string }[];
}

export interface UnityTests {
  /** Rejects with `unity_busy` while other tests run, `unity_failed` when the run itself broke. */
  readonly unityRunTests: (
    args: { mode: 'EditMode' | 'PlayMode'; testNames: readonly string[] },
    context: CallContext & { readonly onProgress: (completed: number, total: number) => void },
  ) => Promise<TestRunResult>;
}
