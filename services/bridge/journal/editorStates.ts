import { z } from 'zod';
import type { EditorStateKind, EditorTransition } from '../unity/types.ts';
import type { JournalDatabase } from './database.ts';

/** How long the editor of each project was in each state; waits are sized from it. The newest rows are kept. */
export interface EditorStateTable {
  readonly insert: (transition: EditorTransition) => void;
  /**
   * Milliseconds of the last times the project's editor was in this state and came out of it: ends that were no end
   * (the editor closed, the server went away) are left out.
   */
  readonly durations: (projectHash: string, state: EditorStateKind) => number[];
}

const keptRows = 5_000;
/** Some weeks of work; older reloads were of a smaller project. */
const sampleRows = 200;

export function makeEditorStateTable(db: JournalDatabase, now: () => string): EditorStateTable {
  return {
    insert({ projectHash, from, to, ms }) {
      db.transact(() => {
        db.run(
          'INSERT INTO editor_states (project_hash, state, next, ms, ended_at) VALUES (:hash, :from, :to, :ms, :at)',
          { hash: projectHash, from, to, ms, at: now() },
        );
        db.run('DELETE FROM editor_states WHERE id <= (SELECT max(id) FROM editor_states) - :kept', { kept: keptRows });
      });
    },
    durations: (projectHash, state) =>
      db
        .all(
          `SELECT ms FROM editor_states WHERE project_hash = :hash AND state = :state
             AND next NOT IN ('no_editor', 'server_away', 'choose_instance', 'not_answering')
           ORDER BY id DESC LIMIT :rows`,
          z.object({ ms: z.number() }),
          { hash: projectHash, state, rows: sampleRows },
        )
        .map(({ ms }) => ms),
  };
}
