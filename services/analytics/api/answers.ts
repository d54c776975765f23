import type { ReplicaReader, SqlClient } from '../../../database/index.ts';
import { analyticsRoutes, type AnalyticsRoute, type AnalyticsRouteName } from '../../../shared/contracts/index.ts';
import { InvariantError, ValidationError, issuesOf } from '../../../shared/errors/index.ts';
import { makeGate } from './gate.ts';
import { handlers } from './handlers.ts';
import { makeShortMemory, tagOf, type Remembered } from './memory.ts';

/** Questions that run at once, each on a connection of its own, and those that may wait for one. */
export const maxRunning = 4;
const maxWaiting = 64;
const maxMemoryChars = 32 * 1024 * 1024;

type Handle = (reader: SqlClient, query: unknown) => Promise<object>;
// Each handler only ever receives what its own route's schema returned.
const handles: ReadonlyMap<string, Handle> = new Map(
  Object.entries(handlers).map(([name, handler]) => [name, handler as Handle]),
);

export interface Answers {
  /**
   * The answer to a question as it came in the address. Throws ValidationError with every mistake, a DependencyError when
   * the replica is away or too many ask.
   */
  readonly get: (
    name: AnalyticsRouteName,
    query: unknown,
  ) => Promise<Remembered & { readonly from: 'memory' | 'replica' }>;
}

export function makeAnswers(options: { readonly reader: ReplicaReader; readonly memoryMs: number }): Answers {
  const { reader } = options;
  const memory = makeShortMemory({ lifeMs: options.memoryMs, maxChars: maxMemoryChars });
  const through = makeGate({ running: maxRunning, waiting: maxWaiting });

  async function read(name: AnalyticsRouteName, query: Record<string, unknown>): Promise<Remembered> {
    const handle = handles.get(name);
    if (handle === undefined) throw new InvariantError(`No handler for the route ${name}.`);
    const { value, lagMs } = await through(() => reader.read((client) => handle(client, query)));
    const source = { server: 'replica', lagMs: Math.max(0, lagMs), readAt: new Date().toISOString() };
    return { text: JSON.stringify({ ...value, source }), tag: tagOf(JSON.stringify(value)) };
  }

  return {
    async get(name, query) {
      const route: AnalyticsRoute = analyticsRoutes[name];
      const parsed = route.query.safeParse(query);
      if (!parsed.success) throw new ValidationError('The question is not understood.', issuesOf(parsed.error));
      // Parsed fields come in the order of the schema.
      const key = `${name} ${JSON.stringify(parsed.data)}`;
      const { answer, from } = await memory.get(key, () => read(name, parsed.data));
      return { ...answer, from };
    },
  };
}
