import { z } from 'zod';
import { buildTargetSchema, buildViewSchema, type BuildView } from '../../../shared/contracts/index.ts';
import { medianOf } from '../../../shared/domain/index.ts';
import type { JournalDatabase } from './database.ts';

/** Builds, and what earlier ones of the same project and target say about the next. */
export interface BuildTable {
  readonly insert: (build: BuildView, projectName: string) => void;
  readonly update: (build: BuildView) => void;
  readonly get: (buildId: string) => BuildView | null;
  readonly list: (sessionId: string) => BuildView[];
  readonly unfinished: () => BuildView[];
  readonly setJob: (buildId: string, jobId: string, before?: KnownBefore) => void;
  /** Unity's id of the build; null when it never told one. */
  readonly jobOf: (buildId: string) => string | null;
  /** What Unity told of earlier builds before this one; null when that was not kept. */
  readonly beforeOf: (buildId: string) => KnownBefore | null;
  /** The newest of a project, newest first. */
  readonly ofProject: (projectName: string, limit: number) => BuildView[];
  /** From successful builds of the same kind: the median duration of the last 20, and the last size. */
  readonly history: (
    projectName: string,
    build: Pick<BuildView, 'target' | 'development'>,
  ) => { readonly medianMs: number | null; readonly lastSizeBytes: number | null };
}

type KnownBefore = z.output<typeof beforeSchema>;
const beforeSchema = z.object({ report: z.string().nullable(), lines: z.int() });
const columns =
  'build_id, session_id, call_id, target, development, output_path, state, phase, started_at, elapsed_ms, estimate_ms, completed_at, size_bytes, previous_size_bytes, warnings, errors, reason';
const buildRow = z
  .object({
    build_id: z.string(),
    session_id: z.string(),
    call_id: z.string().nullable(),
    target: buildTargetSchema,
    development: z.int(),
    output_path: z.string().nullable(),
    state: buildViewSchema.shape.state,
    phase: z.string(),
    started_at: z.string(),
    elapsed_ms: z.number(),
    estimate_ms: z.number().nullable(),
    completed_at: z.string().nullable(),
    size_bytes: z.number().nullable(),
    previous_size_bytes: z.number().nullable(),
    warnings: z.int(),
    errors: z.int(),
    reason: z.string().nullable(),
  })
  .transform((row): BuildView => ({
    buildId: row.build_id,
    sessionId: row.session_id,
    callId: row.call_id,
    target: row.target,
    development: row.development === 1,
    outputPath: row.output_path,
    state: row.state,
    phase: row.phase,
    startedAt: row.started_at,
    elapsedMs: row.elapsed_ms,
    estimateMs: row.estimate_ms,
    completedAt: row.completed_at,
    sizeBytes: row.size_bytes,
    previousSizeBytes: row.previous_size_bytes,
    warnings: row.warnings,
    errors: row.errors,
    reason: row.reason,
  }));
const jobRow = z.object({ job_id: z.string().nullable() });
const beforeRow = z.object({ known_before: z.string().nullable() });
const historyRow = z.object({ elapsed_ms: z.number(), size_bytes: z.number().nullable() });

export function makeBuildTable(db: JournalDatabase): BuildTable {
  const changeable = (build: BuildView) => ({
    id: build.buildId,
    output: build.outputPath,
    state: build.state,
    phase: build.phase,
    elapsed: build.elapsedMs,
    completed: build.completedAt,
    size: build.sizeBytes,
    warnings: build.warnings,
    errors: build.errors,
    reason: build.reason,
  });
  return {
    insert(build, projectName) {
      db.run(
        `INSERT INTO builds (${columns}, project_name)
         VALUES (:id, :session, :call, :target, :development, :output, :state, :phase, :started, :elapsed, :estimate, :completed, :size, :previous, :warnings, :errors, :reason, :project)`,
        {
          ...changeable(build),
          session: build.sessionId,
          call: build.callId,
          target: build.target,
          development: build.development ? 1 : 0,
          started: build.startedAt,
          estimate: build.estimateMs,
          previous: build.previousSizeBytes,
          project: projectName,
        },
      );
    },
    update(build) {
      db.run(
        `UPDATE builds SET output_path = :output, state = :state, phase = :phase, elapsed_ms = :elapsed,
           completed_at = :completed, size_bytes = :size, warnings = :warnings, errors = :errors, reason = :reason
         WHERE build_id = :id`,
        changeable(build),
      );
    },
    get: (buildId) => db.get(`SELECT ${columns} FROM builds WHERE build_id = :id`, buildRow, { id: buildId }) ?? null,
    list: (sessionId) =>
      db.all(`SELECT ${columns} FROM builds WHERE session_id = :session ORDER BY started_at, build_id`, buildRow, {
        session: sessionId,
      }),
    unfinished: () => db.all(`SELECT ${columns} FROM builds WHERE state IN ('starting', 'building')`, buildRow),
    setJob(buildId, jobId, before) {
      db.run('UPDATE builds SET job_id = :job, known_before = :before WHERE build_id = :id AND job_id IS NOT :job', {
        id: buildId,
        job: jobId,
        before: before === undefined ? null : JSON.stringify(before),
      });
    },
    jobOf: (buildId) =>
      db.get('SELECT job_id FROM builds WHERE build_id = :id', jobRow, { id: buildId })?.job_id ?? null,
    beforeOf(buildId) {
      const row = db.get('SELECT known_before FROM builds WHERE build_id = :id', beforeRow, { id: buildId });
      return row?.known_before == null ? null : beforeSchema.parse(JSON.parse(row.known_before));
    },
    ofProject: (project, limit) =>
      db.all(
        `SELECT ${columns} FROM builds WHERE project_name = :project ORDER BY started_at DESC, build_id DESC LIMIT :limit`,
        buildRow,
        { project, limit },
      ),
    history(projectName, { target, development }) {
      const rows = db.all(
        `SELECT elapsed_ms, size_bytes FROM builds WHERE project_name = :project AND target = :target AND development = :development AND state = 'succeeded'
         ORDER BY started_at DESC LIMIT 20`,
        historyRow,
        { project: projectName, target, development: development ? 1 : 0 },
      );
      return {
        medianMs: medianOf(rows.map((row) => row.elapsed_ms)),
        lastSizeBytes: rows.find((row) => row.size_bytes !== null)?.size_bytes ?? null,
      };
    },
  };
}
