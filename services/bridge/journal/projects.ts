import { z } from 'zod';

/** A Unity project; `hash` null: known by its name only. */
export interface ProjectName {
  readonly name: string;
  /** Tells projects of the same name apart. */
  readonly hash: string | null;
}

/** By hash where both are known, else by name. */
export const isSameProject = (a: ProjectName, b: ProjectName): boolean =>
  a.hash === null || b.hash === null ? a.name === b.name : a.hash === b.hash;

export const projectRow = z.object({ name: z.string().nullable(), hash: z.string().nullable() });

/** Null when no project is known. */
export const toProjectName = (row: z.infer<typeof projectRow> | undefined): ProjectName | null =>
  row === undefined || row.name === null ? null : { name: row.name, hash: row.hash };
