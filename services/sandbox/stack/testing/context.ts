import type { Account } from '../roles.ts';
import type { StackPorts } from '../stack.ts';

/** How tests reach the one stack of a run: `inject('stack')`. Plain data, since it crosses into worker processes. */
export interface StackFacts {
  /** Variables for the app, with the database `wissil_db` and the role `slate_user`. */
  readonly env: Readonly<Record<string, string>>;
  /** An admin, for what makes roles. */
  readonly superuser: Account;
  readonly owner: Account;
  readonly consumer: Account;
  readonly readonly: Account;
  readonly ports: StackPorts;
}

declare module 'vitest' {
  export interface ProvidedContext {
    stack: StackFacts;
  }
}
