import type { Page } from '@playwright/test';

/** What a story is given: SPARK's window, on a session of its own, and the project that it works in. */
export interface Stage {
  readonly window: Page;
  readonly environment: { readonly projectDir: string | null };
}

/** A project's own `test`: each tells the same stories in its own window. */
export type StoryTest = (title: string, body: (stage: Stage) => Promise<void>) => void;
