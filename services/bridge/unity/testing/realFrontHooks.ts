import { afterAll, beforeEach } from 'vitest';
import { closeSharedFront, whyMissing } from './front.ts';

/** Loaded before each test file of the project `unity-real`. */
beforeEach(({ skip }) => {
  const reason = whyMissing();
  skip(reason !== undefined, reason);
});
afterAll(closeSharedFront);
