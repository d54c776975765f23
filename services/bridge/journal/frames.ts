import { z } from 'zod';
import { frameViewSchema, type FrameView } from '../../../shared/contracts/index.ts';
import type { BlobStore } from './blobs.ts';
import type { JournalDatabase } from './database.ts';

/** Preview frames, bytes by SHA-256. Bytes are kept as long as the retention says; the row stays and says so. */
export interface FrameTable {
  readonly insert: (frame: FrameView, bytes: Uint8Array) => void;
  readonly get: (frameId: string) => FrameView | null;
  readonly bytes: (sha256: string) => Uint8Array | null;
  readonly list: (sessionId: string) => FrameView[];
  readonly latest: (sessionId: string) => FrameView | null;
  /** Drops the bytes of frames beyond age or size, oldest first; returns how many frames lost theirs. */
  readonly expire: (limits: FrameLimits) => number;
  /** What `expire` would drop now, each picture's bytes counted once. */
  readonly expiring: (limits: FrameLimits) => { readonly frames: number; readonly bytes: number };
  /** Frames whose bytes are kept, and the bytes. */
  readonly kept: () => { readonly frames: number; readonly bytes: number };
}

export interface FrameLimits {
  readonly maxAgeMs: number;
  /** Of all frames together. */
  readonly maxBytes: number;
}

/** Pictures past their age, and the oldest ones past the size. */
const expired = `SELECT sha256, size FROM (
  SELECT sha256, max(size_bytes) AS size, max(created_at) AS newest,
    sum(max(size_bytes)) OVER (ORDER BY max(created_at) DESC) AS running
  FROM frames WHERE kept = 1 GROUP BY sha256)
  WHERE newest < :before OR running > :maxBytes`;
const sumRow = z.object({ frames: z.int(), bytes: z.int() });

const columns =
  'frame_id, session_id, call_id, change_id, sha256, mime_type, width, height, size_bytes, capture_source, camera, blank, unchanged, kept, created_at';
const frameRow = z
  .object({
    frame_id: z.string(),
    session_id: z.string(),
    call_id: z.string().nullable(),
    change_id: z.string().nullable(),
    sha256: z.string(),
    mime_type: z.string(),
    width: z.int(),
    height: z.int(),
    size_bytes: z.int(),
    capture_source: frameViewSchema.shape.captureSource,
    camera: z.string().nullable(),
    blank: z.int(),
    unchanged: z.int(),
    kept: z.int(),
    created_at: z.string(),
  })
  .transform((row): FrameView => ({
    frameId: row.frame_id,
    sessionId: row.session_id,
    callId: row.call_id,
    changeId: row.change_id,
    sha256: row.sha256,
    mimeType: row.mime_type,
    width: row.width,
    height: row.height,
    sizeBytes: row.size_bytes,
    captureSource: row.capture_source,
    camera: row.camera,
    blank: row.blank === 1,
    unchanged: row.unchanged === 1,
    kept: row.kept === 1,
    createdAt: row.created_at,
  }));

export function makeFrameTable(options: {
  readonly db: JournalDatabase;
  readonly blobs: BlobStore;
  readonly clock: () => number;
}): FrameTable {
  const { db, blobs, clock } = options;
  const boundsOf = ({ maxAgeMs, maxBytes }: FrameLimits) => ({
    before: new Date(clock() - maxAgeMs).toISOString(),
    maxBytes,
  });
  return {
    insert: (frame, bytes) =>
      db.transact(() => {
        blobs.keepBytes(bytes);
        db.run(
          `INSERT INTO frames (${columns}) VALUES (:id, :session, :call, :change, :sha256, :mime, :width, :height, :size, :source, :camera, :blank, :unchanged, 1, :at)`,
          {
            id: frame.frameId,
            session: frame.sessionId,
            call: frame.callId,
            change: frame.changeId,
            sha256: frame.sha256,
            mime: frame.mimeType,
            width: frame.width,
            height: frame.height,
            size: frame.sizeBytes,
            source: frame.captureSource,
            camera: frame.camera,
            blank: frame.blank ? 1 : 0,
            unchanged: frame.unchanged ? 1 : 0,
            at: frame.createdAt,
          },
        );
      }),
    get: (frameId) => db.get(`SELECT ${columns} FROM frames WHERE frame_id = :id`, frameRow, { id: frameId }) ?? null,
    bytes: (sha256) => blobs.readBytes(sha256),
    list: (sessionId) =>
      db.all(`SELECT ${columns} FROM frames WHERE session_id = :session ORDER BY created_at, frame_id`, frameRow, {
        session: sessionId,
      }),
    latest: (sessionId) =>
      db.get(
        `SELECT ${columns} FROM frames WHERE session_id = :session ORDER BY created_at DESC, frame_id DESC LIMIT 1`,
        frameRow,
        { session: sessionId },
      ) ?? null,
    kept: () =>
      db.get(
        `SELECT coalesce(sum(frames), 0) AS frames, coalesce(sum(size), 0) AS bytes FROM (
           SELECT count(*) AS frames, max(size_bytes) AS size FROM frames WHERE kept = 1 GROUP BY sha256)`,
        sumRow,
      ) ?? { frames: 0, bytes: 0 },
    expiring: (limits) =>
      db.get(
        `WITH gone AS (${expired})
         SELECT (SELECT count(*) FROM frames WHERE kept = 1 AND sha256 IN (SELECT sha256 FROM gone)) AS frames,
           (SELECT coalesce(sum(size), 0) FROM gone) AS bytes`,
        sumRow,
        boundsOf(limits),
      ) ?? { frames: 0, bytes: 0 },
    expire: (limits) =>
      db.transact(() => {
        const dropped = db.run(
          `UPDATE frames SET kept = 0 WHERE kept = 1 AND sha256 IN (SELECT sha256 FROM (${expired}))`,
          boundsOf(limits),
        );
        if (dropped > 0) {
          db.run(
            `DELETE FROM blobs WHERE sha256 IN (SELECT sha256 FROM frames WHERE kept = 0)
               AND sha256 NOT IN (SELECT sha256 FROM frames WHERE kept = 1)
               AND sha256 NOT IN (SELECT sha256 FROM message_images)
               AND sha256 NOT IN (SELECT frame_sha256 FROM outbox WHERE frame_sha256 IS NOT NULL AND acknowledged_ms IS NULL)`,
          );
        }
        return dropped;
      }),
  };
}
