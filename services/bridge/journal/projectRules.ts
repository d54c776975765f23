import { z } from 'zod';
import type { ProjectRulesVersion } from '../../../shared/contracts/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { JournalDatabase } from './database.ts';
import type { ProjectName } from './projects.ts';

/** The developer's rules of each project. A change is a new version; none is ever changed or taken away. */
export interface ProjectRulesTable {
  /** Null when the project never had any. */
  readonly newest: (project: ProjectName) => ProjectRulesVersion | null;
  /** Newest first. */
  readonly history: (project: ProjectName, limit: number) => ProjectRulesVersion[];
  /** An empty text: no rules from now on. */
  readonly add: (project: ProjectName, text: string) => ProjectRulesVersion;
}

const versionRow = z
  .object({ version: z.int(), text: z.string(), created_at: z.string() })
  .transform((row): ProjectRulesVersion => ({ version: row.version, text: row.text, createdAt: row.created_at }));

/** By hash, which tells projects of one name apart; by name where the hash was not known when they were written. */
const ofProject = 'project_name = :name AND (project_hash IS :hash OR project_hash IS NULL OR :hash IS NULL)';

export function makeProjectRulesTable(db: JournalDatabase, now: () => string): ProjectRulesTable {
  const history = ({ name, hash }: ProjectName, limit: number): ProjectRulesVersion[] =>
    db.all(
      `SELECT version, text, created_at FROM project_rules WHERE ${ofProject} ORDER BY version DESC LIMIT :limit`,
      versionRow,
      { name, hash, limit },
    );
  return {
    newest: (project) => history(project, 1)[0] ?? null,
    history,
    add({ name, hash }, text) {
      const added = db.get(
        `INSERT INTO project_rules (project_name, project_hash, version, text, created_at)
         SELECT :name, :hash, coalesce(max(version), 0) + 1, :text, :at FROM project_rules WHERE ${ofProject}
         RETURNING version, text, created_at`,
        versionRow,
        { name, hash, text, at: now() },
      );
      if (added === undefined) throw new InvariantError('The rules of a project were not kept.');
      return added;
    },
  };
}
