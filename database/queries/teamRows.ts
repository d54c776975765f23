import { z } from 'zod';
import type { TeamCursor, TeamKind, TeamQuery, TeamSession } from '../../shared/contracts/index.ts';
import type { SqlClient } from '../pool.ts';

/*
 * What the search of the team's history asks, a slice of sessions at a time: the sessions by an index on their start, and
 * what was done in them by the primary keys, which begin with the session. `spark_events` is never touched.
 */

const nullableText = z.string().nullable();
const iso = z.date().transform((at) => at.toISOString());

export const teamSessionColumns = `session_id AS "sessionId", title, project_name AS "projectName",
  unity_version AS "unityVersion", user_id AS "userId", model, simulated, status, ended_at AS "endedAt"`;
export const teamSessionRow = z.object({
  sessionId: z.string(),
  title: z.string(),
  projectName: nullableText,
  unityVersion: nullableText,
  userId: nullableText,
  model: nullableText,
  simulated: z.boolean(),
  status: z.enum(['active', 'ended']),
  startedAt: iso,
  endedAt: iso.nullable(),
});

const candidateRow = teamSessionRow
  .extend({ cursor: z.string() })
  .transform(({ cursor, ...session }): { readonly session: TeamSession; readonly cursor: TeamCursor } => ({
    session,
    cursor: { startedAt: cursor, sessionId: session.sessionId },
  }));
export type TeamCandidate = z.output<typeof candidateRow>;

/** The next sessions after the cursor that fit the filters, newest first. Those whose start never came are not among them. */
export function listCandidates(
  reader: SqlClient,
  { projectName, userId, from, to }: TeamQuery,
  after: TeamCursor | null,
  limit: number,
): Promise<TeamCandidate[]> {
  const values: unknown[] = [];
  const conditions = ['started_at IS NOT NULL'];
  const add = (condition: (...places: string[]) => string, ...given: unknown[]): void => {
    conditions.push(condition(...given.map((value) => `$${values.push(value)}`)));
  };
  if (projectName !== undefined) add((name) => `project_name = ${name}`, projectName);
  if (userId !== undefined) add((name) => `user_id = ${name}`, userId);
  if (from !== undefined) add((time) => `started_at >= ${time}`, from);
  if (to !== undefined) add((time) => `started_at < ${time}`, to);
  if (after !== null) {
    add(
      (time, id) => `(started_at, session_id) < (${time}::timestamptz, ${id}::uuid)`,
      after.startedAt,
      after.sessionId,
    );
  }
  const text = `SELECT ${teamSessionColumns}, started_at AS "startedAt",
      to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS cursor
    FROM spark_sessions WHERE ${conditions.join(' AND ')}
    ORDER BY started_at DESC NULLS LAST, session_id DESC LIMIT $${values.push(limit)}`;
  return reader.rows({ text, values }, candidateRow);
}

const matchRow = z.object({
  sessionId: z.string(),
  kind: z.enum(['call', 'change', 'build', 'error']),
  ref: z.string(),
  at: iso,
  text: z.string(),
  total: z.coerce.number(),
});
export type TeamMatch = z.output<typeof matchRow>;

/** Of the matches of one session so many are told. */
const perSession = 5;
/** Of a call's arguments this much is looked through, as in the journal's own search. */
const argumentChars = 4_000;

const callsSql = `SELECT c.session_id, CASE WHEN c.state = 'failed' THEN 'error' ELSE 'call' END AS kind, c.call_id AS ref,
    c.received_at AS at, concat_ws(' · ', c.name, nullif(c.result_summary, ''), c.error_code, c.error_message, left(c.arguments, ${argumentChars})) AS text
  FROM spark_function_calls c WHERE c.session_id = ANY ($1::uuid[])`;
const changesSql = `SELECT s.session_id, 'change', s.change_id::text, s.occurred_at, concat_ws(' · ', s.path, s.prompt)
  FROM spark_generated_scripts s WHERE s.session_id = ANY ($1::uuid[])`;
const buildsSql = `SELECT b.session_id, CASE WHEN b.state = 'failed' THEN 'error' ELSE 'build' END, b.build_id::text,
    b.started_at, concat_ws(' · ', b.target, b.state, b.reason)
  FROM spark_build_jobs b WHERE b.session_id = ANY ($1::uuid[])`;

/** What of a query is about what was done in a session, as the parts of the statement; empty when it asks for sessions alone. */
export function partsOf(query: TeamQuery): readonly string[] {
  const { kinds, functionName, errorCode } = query;
  const isAsked = (kind: TeamKind): boolean => kinds?.includes(kind) ?? true;
  const ofCalls = functionName !== undefined || errorCode !== undefined;
  if (kinds === undefined && !ofCalls && query.words.trim() === '') return [];
  const calls = `${callsSql} AND ($3::text IS NULL OR c.name = $3) AND ($4::text IS NULL OR c.error_code = $4)`;
  const parts: string[] = [];
  if (isAsked('call')) parts.push(calls);
  else if (isAsked('error')) parts.push(`${calls} AND c.state = 'failed'`);
  if (ofCalls) return parts;
  if (isAsked('change')) parts.push(changesSql);
  if (isAsked('build')) parts.push(buildsSql);
  else if (isAsked('error')) parts.push(`${buildsSql} AND b.state = 'failed'`);
  return parts;
}

/** What was done in these sessions and has all the words, the newest few of each session. */
export function listMatches(
  reader: SqlClient,
  query: TeamQuery,
  parts: readonly string[],
  wanted: { readonly sessionIds: readonly string[]; readonly words: readonly string[] },
): Promise<TeamMatch[]> {
  const asksCalls = parts.some((part) => part.startsWith(callsSql));
  const text = `SELECT session_id AS "sessionId", kind, ref, at, text, total FROM (
      SELECT w.*, row_number() OVER (PARTITION BY session_id ORDER BY at DESC, ref) AS place,
             count(*) OVER (PARTITION BY session_id) AS total
      FROM (${parts.join(' UNION ALL ')}) AS w (session_id, kind, ref, at, text)
      WHERE lower(text) LIKE ALL (SELECT lower(p) FROM unnest($2::text[]) AS p)
    ) AS ranked WHERE place <= ${perSession} ORDER BY session_id, place`;
  const patterns = wanted.words.map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const values = [wanted.sessionIds, patterns];
  return reader.rows(
    {
      text,
      values: asksCalls ? [...values, query.functionName ?? null, query.errorCode ?? null] : values,
    },
    matchRow,
  );
}
