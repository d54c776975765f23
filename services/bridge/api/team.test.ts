import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { teamQuerySchema } from '../../../shared/contracts/index.ts';
import { DependencyError, InvariantError } from '../../../shared/errors/index.ts';
import { makeTestFolder, openTestJournal, sessionId, silentLogger } from '../testing/testJournal.ts';
import type { Journal } from '../journal/index.ts';
import { teamRoutes } from './team.ts';
import type { ApiParts } from './types.ts';

let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
beforeEach(() => {
  folder = makeTestFolder();
  journal = openTestJournal(folder.dir);
});
afterEach(() => {
  journal.close();
  folder.remove();
});
const routesWith = (database: ApiParts['database']) => teamRoutes({ journal, database, logger: silentLogger });
const failing = (error: Error): ApiParts['database'] => ({
  read: async () => {
    throw error;
  },
});
const askAll = (routes: ReturnType<typeof teamRoutes>) => [
  routes['team.search'](teamQuerySchema.parse({})),
  routes['team.list_choices']({}),
  routes['team.open']({ sessionId }),
  routes['team.read_change']({ sessionId, changeId: sessionId }),
];

describe('the team’s history', () => {
  it('without a database is off', async () => {
    for (const answer of askAll(routesWith(null))) expect(await answer).toEqual({ kind: 'off' });
  });

  it('while the database is away says how, and fails nothing', async () => {
    const away = new DependencyError('db_unavailable', 'The PostgreSQL primary is not available: no.', {
      retryable: true,
    });
    for (const answer of askAll(routesWith(failing(away)))) {
      expect(await answer).toEqual({ kind: 'away', why: away.message });
    }
  });

  it('does not take a fault of its own for a database that is away', async () => {
    const fault = new InvariantError('PostgreSQL returned rows of an unexpected shape.');
    for (const answer of askAll(routesWith(failing(fault)))) await expect(answer).rejects.toBe(fault);
  });
});

describe('a question', () => {
  it('has no NUL in what is compared, which PostgreSQL refuses', () => {
    expect(teamQuerySchema.safeParse({ userId: 'a\u0000' }).success).toBe(false);
    expect(teamQuerySchema.safeParse({ words: 'a\u0000' }).success).toBe(true);
    expect(teamQuerySchema.safeParse({ after: { startedAt: "2026' OR 1=1", sessionId } }).success).toBe(false);
  });
});
