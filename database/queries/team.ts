import { z } from 'zod';
import type { TeamCursor, TeamPage, TeamQuery, TeamSession } from '../../shared/contracts/index.ts';
import type { SqlClient } from '../pool.ts';
import { isTimeUp, withStatementLimit } from '../timeLimit.ts';
import { listCandidates, listMatches, partsOf, type TeamCandidate, type TeamMatch } from './teamRows.ts';

export interface StoredTeamResult {
  readonly session: TeamSession;
  readonly matches: readonly TeamMatch[];
  readonly more: number;
}

export interface StoredTeamPage {
  readonly results: readonly StoredTeamResult[];
  /** What was looked for, in lower case. */
  readonly words: readonly string[];
  readonly next: TeamCursor | null;
  readonly looked: { readonly sessions: number; readonly backTo: string | null };
  readonly stopped: Extract<TeamPage, { readonly kind: 'page' }>['stopped'];
}

/** What one search may cost: whatever is asked, it ends and says how far back it came. */
const teamSearchLimits = { sessions: 5_000, ms: 4_000, statementMs: 2_500 };
/** The first slice is small so that it ends in any case; each one after it is twice as large. */
const firstSlice = 50;
const largestSlice = 500;
const maxWords = 16;
const maxWordChars = 64;

/** For `Database.read`. Looks through sessions newest first until the page is full or a limit is reached. */
export async function searchTeam(
  reader: SqlClient,
  query: TeamQuery,
  limits: typeof teamSearchLimits = teamSearchLimits,
): Promise<StoredTeamPage> {
  const words = wordsOf(query.words);
  const parts = partsOf(query);
  const until = performance.now() + limits.ms;
  const results: StoredTeamResult[] = [];
  let next = query.after;
  let looked = 0;
  let backTo: string | null = null;
  const ended = (stopped: StoredTeamPage['stopped'], at: TeamCursor | null): StoredTeamPage => ({
    results,
    words,
    next: at,
    looked: { sessions: looked, backTo },
    stopped,
  });

  async function readSlice(size: number): Promise<{ candidates: TeamCandidate[]; matches: Map<string, TeamMatch[]> }> {
    const candidates = await listCandidates(reader, query, next, size);
    const sessionIds = candidates.map(({ session }) => session.sessionId);
    const found =
      parts.length === 0 || sessionIds.length === 0
        ? []
        : await listMatches(reader, query, parts, { sessionIds, words });
    return { candidates, matches: Map.groupBy(found, ({ sessionId }) => sessionId) };
  }

  async function look(): Promise<StoredTeamPage> {
    for (let size = firstSlice; ; size = Math.min(size * 2, largestSlice)) {
      const wanted = Math.min(size, limits.sessions - looked);
      const { candidates, matches } = await readSlice(wanted);
      for (const { session, cursor } of candidates) {
        const of = matches.get(session.sessionId) ?? [];
        looked += 1;
        next = cursor;
        backTo = session.startedAt;
        if (of.length > 0 || isNamed(query, session, words)) {
          results.push({ session, matches: of, more: Math.max(0, (of[0]?.total ?? 0) - of.length) });
          if (results.length === query.limit) return ended('full', next);
        }
      }
      if (candidates.length < wanted) return ended('end', null);
      if (looked >= limits.sessions) return ended('sessions', next);
      if (performance.now() >= until) return ended('time', next);
    }
  }

  return withStatementLimit(reader, limits.statementMs, async () => {
    try {
      return await look();
    } catch (error) {
      // What was found until then is told; the same question to the primary would take as long.
      if (isTimeUp(error)) return ended('time', next);
      throw error;
    }
  });
}

/** Whether the session itself is what is looked for. */
function isNamed(query: TeamQuery, { title }: TeamSession, words: readonly string[]): boolean {
  if (query.functionName !== undefined || query.errorCode !== undefined) return false;
  if (query.kinds?.includes('session') === false) return false;
  const name = title.toLowerCase();
  return words.every((word) => name.includes(word));
}

/** PostgreSQL takes neither NUL nor half a character. */
const wordsOf = (text: string): string[] =>
  text
    .toWellFormed()
    .replaceAll('\u0000', ' ')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, maxWords)
    .map((word) => word.slice(0, maxWordChars).toWellFormed());

export interface StoredTeamChoices {
  readonly projects: string[];
  readonly people: string[];
  readonly functions: string[];
  readonly errorCodes: string[];
}

const list = z.array(z.string()).nullable();
/** The newest sessions by the index on their start; functions and codes of the daily counts, which are few. */
const choicesSql = `WITH newest AS (
    SELECT project_name, user_id FROM spark_sessions ORDER BY started_at DESC NULLS LAST LIMIT ${teamSearchLimits.sessions}),
  counted AS (
    SELECT name, error_code FROM spark_errors_daily
    WHERE day >= (now() AT TIME ZONE 'UTC')::date - 90 AND kind = 'function_call')
  SELECT (SELECT array_agg(DISTINCT project_name) FROM newest WHERE project_name <> '') AS projects,
         (SELECT array_agg(DISTINCT user_id) FROM newest WHERE user_id <> '') AS people,
         (SELECT array_agg(DISTINCT name) FROM counted) AS functions,
         (SELECT array_agg(DISTINCT error_code) FROM counted WHERE error_code <> '') AS "errorCodes"`;

/** What there is to filter by, in order, 200 of each at most. */
export async function listTeamChoices(reader: SqlClient): Promise<StoredTeamChoices> {
  const [row] = await withStatementLimit(reader, teamSearchLimits.statementMs, () =>
    reader.rows({ text: choicesSql }, z.object({ projects: list, people: list, functions: list, errorCodes: list })),
  );
  const some = (names: readonly string[] | null | undefined): string[] => (names ?? []).slice(0, 200);
  return {
    projects: some(row?.projects),
    people: some(row?.people),
    functions: some(row?.functions),
    errorCodes: some(row?.errorCodes),
  };
}
