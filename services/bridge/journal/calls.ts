import { z } from 'zod';
import {
  approvalViewSchema,
  callViewSchema,
  errorInfoSchema,
  type CallState,
  type CallView,
  type Effect,
} from '../../../shared/contracts/index.ts';
import { packJson, unpackJson } from './blobs.ts';
import type { JournalDatabase } from './database.ts';
import { entriesOfCall } from './search/entries.ts';
import type { SearchIndex } from './search/searchIndex.ts';
import type { SessionTable } from './sessions.ts';

/** Who asked for the call: the model, or the developer with a button of the window. */
export type CallOrigin = 'model' | 'person';

/** A call as the journal has it: the window's view, the arguments as they came, and the one output the model got. */
export interface CallRecord {
  readonly view: CallView;
  readonly origin: CallOrigin;
  readonly argumentsJson: string;
  readonly output: string | null;
}

export interface CallTable {
  readonly insert: (call: {
    readonly sessionId: string;
    readonly callId: string;
    readonly origin: CallOrigin;
    readonly name: string;
    readonly effect: Effect;
    readonly argumentsJson: string;
  }) => CallRecord;
  readonly get: (sessionId: string, callId: string) => CallRecord | null;
  readonly list: (sessionId: string) => CallRecord[];
  /** Writes the changeable part of a view, and the model's output when given. */
  readonly save: (view: CallView, output?: string) => void;
  readonly inStates: (states: readonly CallState[]) => CallRecord[];
  /** Calls of that name in a project that succeeded with that path as their argument, newest first. */
  readonly ofPath: (
    projectName: string,
    name: string,
    path: string,
    limit: number,
  ) => { readonly sessionId: string; readonly callId: string; readonly createdAt: string }[];
}

const placeRow = z
  .object({ session_id: z.string(), call_id: z.string(), created_at: z.string() })
  .transform((row) => ({ sessionId: row.session_id, callId: row.call_id, createdAt: row.created_at }));

const columns =
  'session_id, call_id, origin, name, effect, state, arguments_json, summary, approval, output, result, error, timing, change_id, frame_id, build_id, position, created_at, finished_at';

const callRow = z
  .object({
    session_id: z.string(),
    call_id: z.string(),
    origin: z.enum(['model', 'person']),
    name: z.string(),
    effect: callViewSchema.shape.effect,
    state: callViewSchema.shape.state,
    arguments_json: z.string(),
    summary: z.string(),
    approval: z.instanceof(Uint8Array).nullable(),
    output: z.string().nullable(),
    result: z.string().nullable(),
    error: z.string().nullable(),
    timing: z.string(),
    change_id: z.string().nullable(),
    frame_id: z.string().nullable(),
    build_id: z.string().nullable(),
    position: z.int(),
    created_at: z.string(),
    finished_at: z.string().nullable(),
  })
  .transform((row): CallRecord => ({
    origin: row.origin,
    argumentsJson: row.arguments_json,
    output: row.output,
    view: {
      callId: row.call_id,
      sessionId: row.session_id,
      name: row.name,
      effect: row.effect,
      state: row.state,
      arguments: parseOrText(row.arguments_json),
      summary: row.summary,
      approval: row.approval === null ? null : approvalViewSchema.parse(unpackJson(row.approval)),
      result: row.result === null ? null : JSON.parse(row.result),
      error: row.error === null ? null : errorInfoSchema.parse(JSON.parse(row.error)),
      timing: callViewSchema.shape.timing.parse(JSON.parse(row.timing)),
      changeId: row.change_id,
      frameId: row.frame_id,
      buildId: row.build_id,
      position: row.position,
      createdAt: row.created_at,
      finishedAt: row.finished_at,
    },
  }));

/** What a model sends as arguments may be any text; the window shows what could not be parsed as it came. */
function parseOrText(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

export function makeCallTable(options: {
  readonly db: JournalDatabase;
  readonly sessions: SessionTable;
  readonly search: SearchIndex;
  readonly now: () => string;
}): CallTable {
  const { db, sessions, search, now } = options;
  const findable = (view: CallView): void =>
    search.keep(
      { sessionId: view.sessionId, place: 'call', ref: view.callId, at: view.createdAt },
      entriesOfCall(view),
    );
  const get = (sessionId: string, callId: string): CallRecord | null =>
    db.get(`SELECT ${columns} FROM calls WHERE session_id = :session AND call_id = :call`, callRow, {
      session: sessionId,
      call: callId,
    }) ?? null;

  return {
    insert: (call) =>
      db.transact(() => {
        const record: CallRecord = {
          origin: call.origin,
          argumentsJson: call.argumentsJson,
          output: null,
          view: {
            callId: call.callId,
            sessionId: call.sessionId,
            name: call.name,
            effect: call.effect,
            state: 'received',
            arguments: parseOrText(call.argumentsJson),
            summary: call.name,
            approval: null,
            result: null,
            error: null,
            timing: [],
            changeId: null,
            frameId: null,
            buildId: null,
            position: sessions.takePosition(call.sessionId),
            createdAt: now(),
            finishedAt: null,
          },
        };
        db.run(
          `INSERT INTO calls (session_id, call_id, origin, name, effect, state, arguments_json, summary, timing, position, created_at)
           VALUES (:session, :call, :origin, :name, :effect, 'received', :arguments, :name, '[]', :position, :at)`,
          {
            session: call.sessionId,
            call: call.callId,
            origin: call.origin,
            name: call.name,
            effect: call.effect,
            arguments: call.argumentsJson,
            position: record.view.position,
            at: record.view.createdAt,
          },
        );
        findable(record.view);
        return record;
      }),
    get,
    list: (sessionId) =>
      db.all(`SELECT ${columns} FROM calls WHERE session_id = :session ORDER BY position`, callRow, {
        session: sessionId,
      }),
    ofPath: (project, name, path, limit) =>
      db.all(
        `SELECT calls.session_id, calls.call_id, calls.created_at FROM calls JOIN sessions USING (session_id)
         WHERE project_name = :project AND name = :name AND state = 'succeeded'
           AND json_extract(arguments_json, '$.path') = :path
         ORDER BY calls.created_at DESC, calls.call_id DESC LIMIT :limit`,
        placeRow,
        { project, name, path, limit },
      ),
    save: (view, output) =>
      db.transact(() => {
        db.run(
          `UPDATE calls SET state = :state, summary = :summary, approval = :approval, output = coalesce(:output, output),
           result = :result, error = :error, timing = :timing, change_id = :change, frame_id = :frame,
           build_id = :build, finished_at = :finished
         WHERE session_id = :session AND call_id = :call`,
          {
            state: view.state,
            summary: view.summary,
            approval: view.approval === null ? null : packJson(view.approval),
            output: output ?? null,
            result: view.result === null || view.result === undefined ? null : JSON.stringify(view.result),
            error: view.error === null ? null : JSON.stringify(view.error),
            timing: JSON.stringify(view.timing),
            change: view.changeId,
            frame: view.frameId,
            build: view.buildId,
            finished: view.finishedAt,
            session: view.sessionId,
            call: view.callId,
          },
        );
        findable(view);
      }),
    inStates: (states) =>
      db.all(
        `SELECT ${columns} FROM calls WHERE state IN (SELECT value FROM json_each(:states)) ORDER BY created_at`,
        callRow,
        { states: JSON.stringify(states) },
      ),
  };
}
