export { makeLifecycle } from './lifecycle.ts';
export type { Lifecycle, ShutdownReport } from './lifecycle.ts';
export { runProgram } from './program.ts';
export type { Program } from './program.ts';
export { backoffMs, retryUntilAborted, waitMs } from './backoff.ts';
