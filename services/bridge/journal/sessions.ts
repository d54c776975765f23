import { z } from 'zod';
import { sessionViewSchema, type SessionView } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { JournalDatabase } from './database.ts';
import { entriesOfTitle } from './search/entries.ts';
import type { SearchIndex } from './search/searchIndex.ts';
import { projectRow, toProjectName, type ProjectName } from './projects.ts';

/** A session as the journal has it; `busy` and `waiting` are not kept, the window's view gets them from what runs now. */
export type SessionRecord = Omit<SessionView, 'busy' | 'waiting'> & {
  /** The title is SPARK's own; the first message may replace it. */
  readonly titleIsDefault: boolean;
};

export interface LineagePart {
  readonly sessionId: string;
  readonly before: number | null;
}

export interface SessionTable {
  readonly insert: (session: {
    readonly sessionId: string;
    readonly title: string;
    readonly titleIsDefault: boolean;
    readonly projectName: string | null;
    readonly projectHash?: string | null;
    readonly simulated: boolean;
    /** It goes on from that session as it was before `position`; its own positions start there. */
    readonly fork?: { readonly sessionId: string; readonly position: number };
  }) => SessionRecord;
  readonly get: (sessionId: string) => SessionRecord | null;
  /** Throws AppError `not_found`. */
  readonly require: (sessionId: string) => SessionRecord;
  /** Last used first. */
  readonly list: () => SessionRecord[];
  readonly rename: (sessionId: string, title: string) => void;
  /** `ended`: it was archived. When it was used last stays. */
  readonly setStatus: (sessionId: string, status: SessionView['status']) => void;
  /** The hash tells projects of the same name apart. */
  readonly setProject: (sessionId: string, project: ProjectName) => void;
  /** Null when none is known, or there is no such session; `hash` null for one known by its name only. */
  readonly projectOf: (sessionId: string) => ProjectName | null;
  /**
   * The session and those it was forked from, oldest first, each as far as it belongs to this one: positions below
   * `before`; null is no end.
   */
  readonly lineage: (sessionId: string) => readonly LineagePart[];
  /** Marks the session as used now. */
  readonly touch: (sessionId: string) => void;
  /** All that go on from it, and from those, oldest first. */
  readonly forksOf: (sessionId: string) => { readonly sessionId: string; readonly title: string }[];
  /** Where its transcript ends. */
  readonly nextPosition: (sessionId: string) => number;
  /** The next place in the transcript, shared by messages and calls. */
  readonly takePosition: (sessionId: string) => number;
}

const columns = 'session_id, title, title_is_default, status, project_name, simulated, created_at, updated_at';
const selected = `${columns}, forked_from, forked_at,
  (SELECT title FROM sessions AS parent WHERE parent.session_id = sessions.forked_from) AS forked_title`;
const sessionRow = z
  .object({
    session_id: z.string(),
    title: z.string(),
    title_is_default: z.int(),
    status: sessionViewSchema.shape.status,
    project_name: z.string().nullable(),
    simulated: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
    forked_from: z.string().nullable(),
    forked_at: z.int().nullable(),
    forked_title: z.string().nullable(),
  })
  .transform((row): SessionRecord => ({
    sessionId: row.session_id,
    title: row.title,
    titleIsDefault: row.title_is_default === 1,
    status: row.status,
    projectName: row.project_name,
    simulated: row.simulated === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.forked_from === null
      ? {}
      : { forkedFrom: { sessionId: row.forked_from, title: row.forked_title ?? '', position: row.forked_at ?? 0 } }),
  }));

export function makeSessionTable(options: {
  readonly db: JournalDatabase;
  readonly search: SearchIndex;
  readonly now: () => string;
}): SessionTable {
  const { db, search, now } = options;
  const findable = (session: SessionRecord): SessionRecord => {
    const { sessionId, createdAt: at } = session;
    search.keep({ sessionId, place: 'session', ref: sessionId, at }, entriesOfTitle(session));
    return session;
  };
  const get = (sessionId: string): SessionRecord | null =>
    db.get(`SELECT ${selected} FROM sessions WHERE session_id = :id`, sessionRow, { id: sessionId }) ?? null;
  const need = (sessionId: string): SessionRecord => {
    const session = get(sessionId);
    if (session === null) {
      throw new AppError('not_found', 'There is no such session. It may belong to another data folder.', {
        data: { sessionId },
      });
    }
    return session;
  };
  return {
    insert: (session) =>
      db.transact(() => {
        const at = now();
        db.run(
          `INSERT INTO sessions (${columns}, project_hash, forked_from, forked_at, next_position)
         VALUES (:id, :title, :isDefault, 'active', :project, :simulated, :at, :at, :hash, :parent, :position, :next)`,
          {
            id: session.sessionId,
            title: session.title,
            isDefault: session.titleIsDefault ? 1 : 0,
            project: session.projectName,
            hash: session.projectHash ?? null,
            parent: session.fork?.sessionId ?? null,
            position: session.fork?.position ?? null,
            next: session.fork?.position ?? 0,
            simulated: session.simulated ? 1 : 0,
            at,
          },
        );
        return findable(need(session.sessionId));
      }),
    get,
    require: need,
    list: () => db.all(`SELECT ${selected} FROM sessions ORDER BY updated_at DESC, session_id DESC`, sessionRow),
    rename: (sessionId, title) =>
      db.transact(() => {
        db.run('UPDATE sessions SET title = :title, title_is_default = 0, updated_at = :at WHERE session_id = :id', {
          title,
          at: now(),
          id: sessionId,
        });
        findable(need(sessionId));
      }),
    setStatus(sessionId, status) {
      db.run('UPDATE sessions SET status = :status WHERE session_id = :id', { status, id: sessionId });
    },
    setProject(sessionId, { name, hash }) {
      db.run('UPDATE sessions SET project_name = :name, project_hash = :hash WHERE session_id = :id', {
        name,
        hash,
        id: sessionId,
      });
    },
    projectOf: (sessionId) =>
      toProjectName(
        db.get('SELECT project_name AS name, project_hash AS hash FROM sessions WHERE session_id = :id', projectRow, {
          id: sessionId,
        }),
      ),
    lineage(sessionId) {
      const parts: LineagePart[] = [];
      let part: LineagePart | null = { sessionId, before: null };
      while (part !== null) {
        parts.unshift(part);
        const from: SessionRecord['forkedFrom'] = get(part.sessionId)?.forkedFrom;
        const { before }: LineagePart = part;
        part =
          from === undefined
            ? null
            : { sessionId: from.sessionId, before: Math.min(from.position, before ?? from.position) };
      }
      return parts;
    },
    forksOf: (sessionId) =>
      db.all(
        `WITH RECURSIVE line (id) AS (
           SELECT session_id FROM sessions WHERE forked_from = :id
           UNION SELECT s.session_id FROM sessions AS s JOIN line ON s.forked_from = line.id)
         SELECT session_id AS sessionId, title FROM sessions JOIN line ON line.id = session_id ORDER BY created_at`,
        z.object({ sessionId: z.string(), title: z.string() }),
        { id: sessionId },
      ),
    nextPosition: (sessionId) =>
      db.get('SELECT next_position AS position FROM sessions WHERE session_id = :id', z.object({ position: z.int() }), {
        id: sessionId,
      })?.position ?? 0,
    touch(sessionId) {
      db.run('UPDATE sessions SET updated_at = :at WHERE session_id = :id', { at: now(), id: sessionId });
    },
    takePosition(sessionId) {
      const row = db.get(
        'UPDATE sessions SET next_position = next_position + 1, updated_at = :at WHERE session_id = :id RETURNING next_position - 1 AS position',
        z.object({ position: z.int() }),
        { at: now(), id: sessionId },
      );
      if (row === undefined) need(sessionId);
      return row?.position ?? 0;
    },
  };
}
