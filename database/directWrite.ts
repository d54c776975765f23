import type { SparkEvent } from '../shared/contracts/index.ts';
import type { SqlStatement } from './pool.ts';
import { ensureSessionsOf, projectEvents } from './projections.ts';
import { projectedTables, type ProjectedTable } from './tables.ts';
import { upsertOf, upsertOneOf } from './upsert.ts';

/*
 * The app's own write of a few events, which somebody waits for. Beside the commit itself everything that is sent costs
 * a good tenth: so a session's row is ensured once and not each time, a single row goes without arrays, and what is one
 * statement needs no BEGIN. `docs/benchmarks.md` has the figures (`pg.write`).
 */
export interface DirectWrite {
  /** In the order in which every writer locks the tables; none when there is nothing to write. */
  readonly statements: readonly SqlStatement[];
  /** Call when they are committed. */
  readonly committed: () => void;
}

export interface DirectWrites {
  readonly of: (events: readonly SparkEvent[]) => DirectWrite;
  /** The server is another one, or may be: session rows are ensured again. */
  readonly forget: () => void;
}

export function makeDirectWrites({ maxSessions = 1_000 }: { readonly maxSessions?: number } = {}): DirectWrites {
  /** Sessions whose row a committed transaction has seen. */
  const sessions = new Set<string>();

  return {
    of(events) {
      const rows = projectEvents(events.map((event) => ({ event, recordedAt: null })));
      const missing = [...new Set(events.map(({ sessionId }) => sessionId.toLowerCase()))]
        .filter((id) => !sessions.has(id))
        .sort();
      const upserts = (Object.keys(projectedTables) as ProjectedTable[]).flatMap((name) => {
        const [only, ...more] = rows[name];
        if (only === undefined) return [];
        return [
          more.length === 0 ? upsertOneOf(projectedTables[name], only) : upsertOf(projectedTables[name], rows[name]),
        ];
      });
      return {
        statements: missing.length === 0 ? upserts : [ensureSessionsOf(missing), ...upserts],
        committed() {
          if (sessions.size + missing.length > maxSessions) sessions.clear();
          for (const id of missing) sessions.add(id);
        },
      };
    },
    forget: () => sessions.clear(),
  };
}
