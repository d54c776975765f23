import { afterAll, beforeEach } from 'vitest';
import { closeSharedRealServer, whyMissing } from './sharedRealServer.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was skipped; the JSON report carries it, and `npm test` lists it. */
    skipReason?: string;
  }
}

/** Loaded before each test file of the project `unity-real`. */
beforeEach(({ skip, task }) => {
  const reason = whyMissing();
  if (reason === undefined) return;
  task.meta.skipReason = reason;
  skip(reason);
});
afterAll(closeSharedRealServer);
