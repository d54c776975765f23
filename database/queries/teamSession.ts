import { z } from 'zod';
import {
  callStateSchema,
  effectSchema,
  type TeamBuild,
  type TeamCall,
  type TeamChange,
  type TeamSession,
} from '../../shared/contracts/index.ts';
import type { SqlClient } from '../pool.ts';
import { withStatementLimit } from '../timeLimit.ts';
import { teamSessionColumns, teamSessionRow } from './teamRows.ts';

export interface StoredTeamSession {
  readonly session: TeamSession;
  readonly calls: readonly TeamCall[];
  readonly changes: readonly TeamChange[];
  readonly builds: readonly TeamBuild[];
  /** Older ones that were not read. */
  readonly left: { readonly calls: number; readonly changes: number; readonly builds: number };
  readonly frames: number;
  readonly costMicroUsd: number;
}

/** The newest of each kind are read, all by the primary keys; a session of more is looked at by its newest part. */
const most = { calls: 300, changes: 300, builds: 100 };
/** Of a call's arguments, in characters: 300 calls are 1.2 MB at most. */
const argumentChars = 4_000;
const statementMs = 5_000;

const text = z.string().nullable();
const at = z.date().transform((time) => time.toISOString());
const total = z.coerce.number();
const measure = z.coerce.number<string | number>().nullable();
const callRow = z.object({
  callId: z.string(),
  name: z.string(),
  effect: effectSchema,
  state: callStateSchema,
  arguments: text,
  summary: text,
  errorCode: text,
  errorMessage: text,
  durationMs: measure,
  at,
  total,
});
const changeRow = z.object({
  changeId: z.string(),
  callId: text,
  kind: z.enum(['generated', 'patched']),
  path: z.string(),
  lines: z.int().nullable(),
  compileStatus: z.enum(['unknown', 'ok', 'errors']).nullable(),
  prompt: text,
  sha256: text,
  hasText: z.boolean(),
  at,
  total,
});
const buildRow = z.object({
  buildId: z.string(),
  target: z.string(),
  state: z.enum(['started', 'progress', 'completed', 'failed']),
  elapsedMs: measure,
  sizeBytes: measure,
  reason: text,
  at,
  total,
});

const callsSql = `SELECT call_id AS "callId", name, effect, state, left(arguments, ${argumentChars}) AS arguments,
    result_summary AS summary, error_code AS "errorCode", error_message AS "errorMessage", duration_ms AS "durationMs",
    received_at AS at, count(*) OVER () AS total
  FROM spark_function_calls WHERE session_id = $1 ORDER BY received_at DESC, seq DESC LIMIT ${most.calls}`;
const changesSql = `SELECT change_id AS "changeId", call_id AS "callId", kind, path, lines, compile_status AS "compileStatus",
    prompt, sha256, contents IS NOT NULL AS "hasText", occurred_at AS at, count(*) OVER () AS total
  FROM spark_generated_scripts WHERE session_id = $1 ORDER BY occurred_at DESC, seq DESC LIMIT ${most.changes}`;
const buildsSql = `SELECT build_id AS "buildId", target, state, elapsed_ms AS "elapsedMs", size_bytes AS "sizeBytes", reason,
    started_at AS at, count(*) OVER () AS total
  FROM spark_build_jobs WHERE session_id = $1 ORDER BY started_at DESC, seq DESC LIMIT ${most.builds}`;
const sumsSql = `SELECT (SELECT count(*) FROM spark_previews WHERE session_id = $1) AS frames,
  (SELECT coalesce(sum(cost_micro_usd), 0) FROM spark_usage WHERE session_id = $1) AS cost`;

/** For `Database.read`: what the database has of a session; null when it has none of that id. */
export function openTeamSession(reader: SqlClient, sessionId: string): Promise<StoredTeamSession | null> {
  return withStatementLimit(reader, statementMs, async () => {
    const ask = <T>(sql: string, row: z.ZodType<T>): Promise<T[]> =>
      reader.rows({ text: sql, values: [sessionId] }, row);
    const [session] = await ask(
      `SELECT ${teamSessionColumns}, coalesce(started_at, stored_at) AS "startedAt" FROM spark_sessions WHERE session_id = $1`,
      teamSessionRow,
    );
    if (session === undefined) return null;
    const calls = inOrder(await ask(callsSql, callRow));
    const changes = inOrder(await ask(changesSql, changeRow));
    const builds = inOrder(await ask(buildsSql, buildRow));
    const [sums] = await ask(sumsSql, z.object({ frames: total, cost: total }));
    return {
      session,
      calls: calls.rows,
      changes: changes.rows,
      builds: builds.rows,
      left: { calls: calls.left, changes: changes.left, builds: builds.left },
      frames: sums?.frames ?? 0,
      costMicroUsd: sums?.cost ?? 0,
    };
  });
}

/** Oldest first. */
function inOrder<T extends { readonly total: number }>(rows: readonly T[]): { rows: Omit<T, 'total'>[]; left: number } {
  return {
    rows: rows.map(({ total: _total, ...row }) => row).toReversed(),
    left: Math.max(0, (rows[0]?.total ?? 0) - rows.length),
  };
}

export interface StoredChangeText {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The text of a change and, where an earlier change of the session left it, of the file before. By the primary key. */
export async function readTeamChange(
  reader: SqlClient,
  wanted: { readonly sessionId: string; readonly changeId: string },
): Promise<StoredChangeText | null> {
  const [row] = await reader.rows(
    {
      text: `SELECT s.path, s.contents AS after,
          (SELECT b.contents FROM spark_generated_scripts b WHERE b.session_id = s.session_id AND b.path = s.path
             AND b.sha256 = s.previous_sha256 AND b.contents IS NOT NULL ORDER BY b.seq DESC LIMIT 1) AS before
        FROM spark_generated_scripts s WHERE s.session_id = $1 AND s.change_id = $2`,
      values: [wanted.sessionId, wanted.changeId],
    },
    z.object({ path: z.string(), before: text, after: text }),
  );
  return row ?? null;
}
