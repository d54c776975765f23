import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { effectSchema, type Effect, type PolicyRule } from '../../../shared/contracts/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { JournalDatabase } from './database.ts';

/** "Always allow" rules, per project. The empty project name stands for a project that is not known yet. */
export interface PolicyRuleTable {
  readonly list: (projectName: string) => PolicyRule[];
  /** Of every project, whether it is open or not. */
  readonly all: () => PolicyRule[];
  /** Adds a rule, or returns the one that says the same. */
  readonly remember: (projectName: string, effect: Effect, folder: string) => PolicyRule;
  /** A write in that folder was approved by hand, or denied: how many were approved in a row since. */
  readonly noteDecision: (projectName: string, effect: Effect, folder: string, approved: boolean) => void;
  readonly approvedInARow: (projectName: string, effect: Effect, folder: string) => number;
  /** False when there was no such rule. */
  readonly revoke: (ruleId: string) => boolean;
}

const columns = 'rule_id, project_name, effect, folder, created_at';
const ruleRow = z
  .object({
    rule_id: z.string(),
    project_name: z.string(),
    effect: effectSchema,
    folder: z.string(),
    created_at: z.string(),
  })
  .transform((row): PolicyRule => ({
    ruleId: row.rule_id,
    effect: row.effect,
    folder: row.folder,
    ...(row.project_name === '' ? {} : { projectName: row.project_name }),
    createdAt: row.created_at,
  }));

const countRow = z.object({ count: z.int() });

export function makePolicyRuleTable(db: JournalDatabase, now: () => string): PolicyRuleTable {
  return {
    list: (projectName) =>
      db.all(`SELECT ${columns} FROM policy_rules WHERE project_name = :project ORDER BY created_at`, ruleRow, {
        project: projectName,
      }),
    all: () => db.all(`SELECT ${columns} FROM policy_rules ORDER BY project_name, created_at`, ruleRow),
    remember(projectName, effect, folder) {
      const rule = db.get(
        `INSERT INTO policy_rules (rule_id, project_name, effect, folder, created_at)
         VALUES (:id, :project, :effect, :folder, :at)
         ON CONFLICT (project_name, effect, folder) DO UPDATE SET folder = excluded.folder
         RETURNING ${columns}`,
        ruleRow,
        { id: uuidv7(), project: projectName, effect, folder, at: now() },
      );
      if (rule === undefined) throw new InvariantError('A policy rule was not kept.');
      return rule;
    },
    noteDecision(projectName, effect, folder, approved) {
      db.run(
        `INSERT INTO approvals_in_a_row (project_name, effect, folder, count) VALUES (:project, :effect, :folder, :count)
         ON CONFLICT (project_name, effect, folder) DO UPDATE SET count = CASE :count WHEN 0 THEN 0 ELSE count + 1 END`,
        { project: projectName, effect, folder, count: approved ? 1 : 0 },
      );
    },
    approvedInARow: (projectName, effect, folder) =>
      db.get(
        'SELECT count FROM approvals_in_a_row WHERE project_name = :project AND effect = :effect AND folder = :folder',
        countRow,
        { project: projectName, effect, folder },
      )?.count ?? 0,
    revoke: (ruleId) => db.run('DELETE FROM policy_rules WHERE rule_id = :id', { id: ruleId }) > 0,
  };
}
