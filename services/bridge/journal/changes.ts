import { inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { changeViewSchema, type ChangeView } from '../../../shared/contracts/index.ts';
import type { BlobStore } from './blobs.ts';
import type { JournalDatabase } from './database.ts';
import { entriesOfChange } from './search/entries.ts';
import type { SearchIndex } from './search/searchIndex.ts';
import { projectRow, toProjectName, type ProjectName } from './projects.ts';

/** Every change of a file of the project, with its content before and after, until it is erased. */
export interface ChangeTable {
  /** The change belongs to the project that its session works in at this moment. */
  readonly insert: (change: ChangeView, content: ChangeContent, origin?: ChangeOrigin) => void;
  readonly update: (change: ChangeView) => void;
  readonly get: (changeId: string) => ChangeView | null;
  readonly content: (changeId: string) => (ChangeContent & { readonly path: string }) | null;
  /** Files kept before a deletion, with their `.meta`; empty for every other change. */
  readonly keptFiles: (changeId: string) => KeptFile[];
  /** The edit of a scene as its writer stored it; null for a change of a file. */
  readonly sceneEdit: (changeId: string) => unknown;
  /** The project it was made in; null when none was known, or there is no such change. */
  readonly projectOf: (changeId: string) => ProjectName | null;
  readonly list: (sessionId: string) => ChangeView[];
  readonly latest: (sessionId: string) => ChangeView | null;
}

/** What is needed to undo a change that is more than a text. */
export interface ChangeOrigin {
  /** The write whose intent kept files. */
  readonly keptBy?: string | undefined;
  readonly sceneEdit?: unknown;
}

export interface KeptFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ChangeContent {
  /** Null when the change made the file. */
  readonly before: string | null;
  /** Null when the change deleted it. */
  readonly after: string | null;
}

const columns =
  'change_id, session_id, call_id, path, kind, sha256_before, sha256_after, added_lines, removed_lines, compile_status, compile_errors, created_at, undoes_change_id, subject';
const changeRow = z
  .object({
    change_id: z.string(),
    session_id: z.string(),
    call_id: z.string().nullable(),
    path: z.string(),
    kind: changeViewSchema.shape.kind,
    sha256_before: z.string().nullable(),
    sha256_after: z.string().nullable(),
    added_lines: z.int(),
    removed_lines: z.int(),
    compile_status: changeViewSchema.shape.compileStatus,
    compile_errors: z.string(),
    created_at: z.string(),
    undoes_change_id: z.string().nullable(),
    subject: z.string().nullable(),
  })
  .transform((row): ChangeView => ({
    changeId: row.change_id,
    sessionId: row.session_id,
    callId: row.call_id,
    path: row.path,
    kind: row.kind,
    sha256Before: row.sha256_before,
    sha256After: row.sha256_after,
    addedLines: row.added_lines,
    removedLines: row.removed_lines,
    compileStatus: row.compile_status,
    compileErrors: changeViewSchema.shape.compileErrors.parse(JSON.parse(row.compile_errors)),
    createdAt: row.created_at,
    ...(row.undoes_change_id === null ? {} : { undoesChangeId: row.undoes_change_id }),
    ...(row.subject === null ? {} : { subject: row.subject }),
  }));
const keptRow = z
  .object({ path: z.string(), bytes: z.instanceof(Uint8Array) })
  .transform((row): KeptFile => ({ path: row.path, bytes: inflateRawSync(row.bytes) }));
const sceneRow = z.object({ scene_edit: z.string().nullable() });
const contentRow = z.object({
  path: z.string(),
  blob_before: z.string().nullable(),
  blob_after: z.string().nullable(),
});

export function makeChangeTable(options: {
  readonly db: JournalDatabase;
  readonly blobs: BlobStore;
  readonly search: SearchIndex;
}): ChangeTable {
  const { db, blobs, search } = options;
  const findable = (change: ChangeView): void =>
    search.keep(
      { sessionId: change.sessionId, place: 'change', ref: change.changeId, at: change.createdAt },
      entriesOfChange(change),
    );
  return {
    insert: (change, content, origin = {}) =>
      db.transact(() => {
        db.run(
          `INSERT INTO changes (${columns}, blob_before, blob_after, kept_by, scene_edit, project_name, project_hash)
           VALUES (:id, :session, :call, :path, :kind, :shaBefore, :shaAfter, :added, :removed, :status, :errors, :at, :undoes, :subject, :before, :after, :keptBy, :sceneEdit,
             (SELECT project_name FROM sessions WHERE session_id = :session), (SELECT project_hash FROM sessions WHERE session_id = :session))`,
          {
            id: change.changeId,
            session: change.sessionId,
            call: change.callId,
            path: change.path,
            kind: change.kind,
            shaBefore: change.sha256Before,
            shaAfter: change.sha256After,
            added: change.addedLines,
            removed: change.removedLines,
            status: change.compileStatus,
            errors: JSON.stringify(change.compileErrors),
            at: change.createdAt,
            undoes: change.undoesChangeId ?? null,
            subject: change.subject ?? null,
            keptBy: origin.keptBy ?? null,
            sceneEdit: origin.sceneEdit === undefined ? null : JSON.stringify(origin.sceneEdit),
            before: content.before === null ? null : blobs.keepText(content.before),
            after: content.after === null ? null : blobs.keepText(content.after),
          },
        );
        findable(change);
      }),
    update: (change) =>
      db.transact(() => {
        db.run('UPDATE changes SET compile_status = :status, compile_errors = :errors WHERE change_id = :id', {
          status: change.compileStatus,
          errors: JSON.stringify(change.compileErrors),
          id: change.changeId,
        });
        findable(change);
      }),
    get: (changeId) =>
      db.get(`SELECT ${columns} FROM changes WHERE change_id = :id`, changeRow, { id: changeId }) ?? null,
    content(changeId) {
      const row = db.get('SELECT path, blob_before, blob_after FROM changes WHERE change_id = :id', contentRow, {
        id: changeId,
      });
      if (row === undefined) return null;
      return {
        path: row.path,
        before: row.blob_before === null ? null : blobs.readText(row.blob_before),
        after: row.blob_after === null ? null : blobs.readText(row.blob_after),
      };
    },
    keptFiles: (changeId) =>
      db.all(
        `SELECT path, bytes FROM kept_files WHERE write_id = (SELECT kept_by FROM changes WHERE change_id = :id) ORDER BY path`,
        keptRow,
        { id: changeId },
      ),
    sceneEdit(changeId) {
      const row = db.get('SELECT scene_edit FROM changes WHERE change_id = :id', sceneRow, { id: changeId });
      return row?.scene_edit == null ? null : JSON.parse(row.scene_edit);
    },
    projectOf: (changeId) =>
      toProjectName(
        db.get('SELECT project_name AS name, project_hash AS hash FROM changes WHERE change_id = :id', projectRow, {
          id: changeId,
        }),
      ),
    list: (sessionId) =>
      db.all(`SELECT ${columns} FROM changes WHERE session_id = :session ORDER BY created_at, change_id`, changeRow, {
        session: sessionId,
      }),
    latest: (sessionId) =>
      db.get(
        `SELECT ${columns} FROM changes WHERE session_id = :session ORDER BY created_at DESC, change_id DESC LIMIT 1`,
        changeRow,
        { session: sessionId },
      ) ?? null,
  };
}
