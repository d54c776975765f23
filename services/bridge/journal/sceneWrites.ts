import { z } from 'zod';
import { parseEdit, parseStoredPlan } from '../unity/sceneEditSchema.ts';
import type { SceneVerdict, SceneWrite, SceneWriteStore } from '../unity/index.ts';
import type { JournalDatabase } from './database.ts';
import { makeListeners, type OfCall } from './settled.ts';

/** One change of the scene with what became of it; `verdict` is null while that is not known. */
export interface SceneWriteRecord extends SceneWrite {
  readonly verdict: SceneVerdict | null;
}

/** The adapter's intents of scene changes, and the dispatcher's view of them. */
export interface SceneWriteTable extends SceneWriteStore {
  /** Oldest first. */
  readonly ofCall: (sessionId: string, callId: string) => SceneWriteRecord[];
  /** Called after a settlement has been committed. Returns the unsubscribe function. */
  readonly onSettled: (listener: (call: OfCall) => void) => () => void;
}

const columns = 'write_id, session_id, call_id, plan, components_before, outcome, verdict';
const names = z.array(z.string());
const verdictSchema = z.object({ edit: z.unknown(), components: names, why: z.string() });
const sceneRow = z
  .object({
    write_id: z.string(),
    session_id: z.string(),
    call_id: z.string().nullable(),
    plan: z.string(),
    components_before: z.string(),
    outcome: z.enum(['applied', 'not_applied', 'unknown']).nullable(),
    verdict: z.string().nullable(),
  })
  .transform((row): SceneWriteRecord => ({
    writeId: row.write_id,
    sessionId: row.session_id,
    callId: row.call_id,
    plan: parseStoredPlan(JSON.parse(row.plan)),
    componentsBefore: names.parse(JSON.parse(row.components_before)),
    verdict: toVerdict(row.outcome, row.verdict),
  }));

function toVerdict(outcome: SceneVerdict['outcome'] | null, json: string | null): SceneVerdict | null {
  if (outcome === null || json === null) return null;
  const { edit, components, why } = verdictSchema.parse(JSON.parse(json));
  return { outcome, edit: parseEdit(edit), components, why };
}

export function makeSceneWriteTable(options: {
  readonly db: JournalDatabase;
  readonly now: () => string;
}): SceneWriteTable {
  const { db, now } = options;
  const listeners = makeListeners();
  return {
    intend({ writeId, sessionId, callId, plan, componentsBefore }) {
      db.run(
        `INSERT INTO scene_writes (write_id, session_id, call_id, plan, components_before, created_at)
         VALUES (:id, :session, :call, :plan, :components, :at)`,
        {
          id: writeId,
          session: sessionId,
          call: callId,
          plan: JSON.stringify(plan),
          components: JSON.stringify(componentsBefore),
          at: now(),
        },
      );
    },
    settle(writeId, { outcome, ...verdict }) {
      const changed = db.run(
        'UPDATE scene_writes SET outcome = :outcome, verdict = :verdict, settled_at = :at WHERE write_id = :id AND outcome IS NULL',
        { outcome, verdict: JSON.stringify(verdict), at: now(), id: writeId },
      );
      const record =
        changed > 0
          ? db.get(`SELECT ${columns} FROM scene_writes WHERE write_id = :id`, sceneRow, { id: writeId })
          : undefined;
      if (record === undefined) return;
      const { sessionId, callId } = record;
      db.afterCommit(() => {
        listeners.tell({ sessionId, callId });
      });
    },
    open: () =>
      db.all(`SELECT ${columns} FROM scene_writes WHERE outcome IS NULL ORDER BY created_at, write_id`, sceneRow),
    ofCall: (sessionId, callId) =>
      db.all(
        `SELECT ${columns} FROM scene_writes WHERE session_id = :session AND call_id = :call ORDER BY created_at, write_id`,
        sceneRow,
        { session: sessionId, call: callId },
      ),
    onSettled: (listener) => listeners.add(listener),
  };
}
