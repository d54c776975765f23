import type { Page } from '@playwright/test';
import type { Stack } from '../../services/sandbox/stack/stack.ts';
import type { Lifecycle } from '../../shared/node/lifecycle/index.ts';

/** In what SPARK runs: `use: { host }` of a project in playwright.config.ts. */
export type HostKind = 'web' | 'electron';

/** SPARK as a test has it. */
export interface Spark {
  /** Its window as a new one opens: with nothing that an earlier test typed, chose or put away in it. */
  readonly open: (page: Page) => Promise<Page>;
}

interface StartOptions {
  /** Everything that it is configured with. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps everything; a new folder, removed at the end, when left out. */
  readonly dataDir?: string;
  /** Where its processes and logs belong. */
  readonly stack: Pick<Stack, 'children' | 'logDir' | 'stateDir'>;
  /** Ends it. */
  readonly lifecycle: Lifecycle;
}
export type StartSpark = (options: StartOptions) => Promise<Spark>;
