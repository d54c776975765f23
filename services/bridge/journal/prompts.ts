import { z } from 'zod';
import type { SavedPrompt } from '../../../shared/contracts/index.ts';
import type { JournalDatabase } from './database.ts';

/** Texts that the developer keeps to say again, for one project or for all. */
export interface PromptTable {
  /** Those of every project and of this one, by name. */
  readonly list: (projectName: string | null) => SavedPrompt[];
  /** Adds one, or replaces the one with its id. */
  readonly put: (prompt: Omit<SavedPrompt, 'updatedAt'>) => SavedPrompt;
  /** False when there was none. */
  readonly remove: (promptId: string) => boolean;
}

const promptRow = z
  .object({
    prompt_id: z.string(),
    name: z.string(),
    text: z.string(),
    project_name: z.string().nullable(),
    updated_at: z.string(),
  })
  .transform((row): SavedPrompt => ({
    promptId: row.prompt_id,
    name: row.name,
    text: row.text,
    projectName: row.project_name,
    updatedAt: row.updated_at,
  }));

export function makePromptTable(db: JournalDatabase, now: () => string): PromptTable {
  return {
    list: (projectName) =>
      db.all(
        `SELECT prompt_id, name, text, project_name, updated_at FROM prompts
         WHERE project_name IS NULL OR project_name = :project ORDER BY name COLLATE NOCASE, prompt_id`,
        promptRow,
        { project: projectName },
      ),
    put({ promptId, name, text, projectName }) {
      const updatedAt = now();
      db.run(
        `INSERT INTO prompts (prompt_id, name, text, project_name, updated_at)
         VALUES (:id, :name, :text, :project, :at)
         ON CONFLICT (prompt_id) DO UPDATE SET name = excluded.name, text = excluded.text,
           project_name = excluded.project_name, updated_at = excluded.updated_at`,
        { id: promptId, name, text, project: projectName, at: updatedAt },
      );
      return { promptId, name, text, projectName, updatedAt };
    },
    remove: (promptId) => db.run('DELETE FROM prompts WHERE prompt_id = :id', { id: promptId }) > 0,
  };
}
