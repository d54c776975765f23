import {
  listTeamChoices,
  openTeamSession,
  readTeamChange,
  searchTeam,
  type Database,
  type ReadOutcome,
  type StoredTeamResult,
} from '../../../database/index.ts';
import type { ApiHandlers, TeamResult, TeamSource } from '../../../shared/contracts/index.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import { partWith } from '../partWith.ts';
import type { ApiParts } from './types.ts';

type TeamApiParts = Pick<ApiParts, 'journal' | 'database' | 'logger'>;
type NoAnswer = { readonly kind: 'off' } | { readonly kind: 'away'; readonly why: string };

/** Everybody's sessions, as far as the database has them: read through the replica, only to look at. */
export function teamRoutes(
  parts: TeamApiParts,
): Pick<ApiHandlers, 'team.search' | 'team.list_choices' | 'team.open' | 'team.read_change'> {
  const { journal } = parts;
  const isHere = (sessionId: string): boolean => journal.sessions.get(sessionId) !== null;
  const toResult = ({ session, matches, more }: StoredTeamResult, words: readonly string[]): TeamResult => ({
    session,
    isHere: isHere(session.sessionId),
    hits: matches.map(({ kind, ref, at, text }) => ({ kind, ref, at, excerpt: partWith(text, words) })),
    more,
  });
  return {
    'team.search': (query) =>
      ask(
        parts,
        (database) => database.read((reader) => searchTeam(reader, query)),
        (page, source) => ({
          kind: 'page',
          results: page.results.map((result) => toResult(result, page.words)),
          next: page.next,
          looked: page.looked,
          stopped: page.stopped,
          source,
        }),
      ),
    'team.list_choices': () =>
      ask(
        parts,
        (database) => database.read(listTeamChoices),
        (choices) => ({ kind: 'choices', ...choices }),
      ),
    'team.open': ({ sessionId }) =>
      ask(
        parts,
        (database) => database.read((reader) => openTeamSession(reader, sessionId)),
        (found, source) =>
          found === null
            ? { kind: 'unknown' }
            : {
                kind: 'session',
                ...found,
                calls: [...found.calls],
                changes: [...found.changes],
                builds: [...found.builds],
                isHere: isHere(sessionId),
                source,
              },
      ),
    'team.read_change': (wanted) =>
      ask(
        parts,
        (database) => database.read((reader) => readTeamChange(reader, wanted)),
        (found) =>
          found === null || found.after === null
            ? { kind: 'unknown' }
            : { kind: 'text', path: found.path, before: found.before, after: found.after },
      ),
  };
}

/** What the database answers; that there is none, or that it is away, is an answer too. */
async function ask<T, V>(
  { database, logger }: TeamApiParts,
  read: (database: Pick<Database, 'read'>) => Promise<ReadOutcome<T>>,
  toView: (value: T, source: TeamSource) => V,
): Promise<V | NoAnswer> {
  if (database === null) return { kind: 'off' };
  try {
    const { value, server, lagMs } = await read(database);
    return toView(value, { server, lagMs: server === 'replica' ? lagMs : null });
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    logger.warn({ err: error }, 'the team’s history could not be read');
    return { kind: 'away', why: error.message };
  }
}
