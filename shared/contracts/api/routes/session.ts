import { z } from 'zod';
import { sessionIdSchema, uuidSchema } from '../../ids.ts';
import { deletionViewSchema, historyPageSchema, historyQuerySchema } from '../historyViews.ts';
import { sessionSnapshotSchema, sessionViewSchema } from '../views.ts';
import { command, nothing, ofSession, query } from './define.ts';

const title = z.string().trim().min(1).max(200);

/** Sessions and what is found in them. */
export const sessionRoutes = {
  'session.list': query(nothing, z.object({ sessions: z.array(sessionViewSchema) })),
  'session.create': command(z.strictObject({ title: title.optional() }), z.object({ session: sessionViewSchema })),
  /** Whole: 8,000 messages and 2,000 calls (9 MB) are read, sent and parsed in 0.2 s of CPU, so it is not paged. */
  'session.open': query(ofSession, sessionSnapshotSchema),
  'session.rename': command(ofSession.extend({ title }), z.object({ session: sessionViewSchema })),
  /**
   * Ends a session: it leaves the lists, and the search still finds it. Refused like a deletion while something of it is
   * open. `archived: false` brings it back, as does the next message in it.
   */
  'session.archive': command(ofSession.extend({ archived: z.boolean() }), z.object({ session: sessionViewSchema })),
  /** Goes on from the end of a session; nothing is copied and nothing there changes. */
  'session.fork': command(ofSession.extend({ newSessionId: uuidSchema }), z.object({ session: sessionViewSchema })),
  /** All that the journal knows of a session but its pictures, as a file. */
  'session.export': query(
    ofSession.extend({ format: z.enum(['markdown', 'json']) }),
    z.object({ fileName: z.string(), mimeType: z.string(), bytes: z.instanceof(Uint8Array) }),
  ),
  'session.describe_deletion': query(ofSession, deletionViewSchema),
  /** `forks`: all that go on from it, as they were told. Events that wait for the server are still sent. */
  'session.delete': command(
    ofSession.extend({ forks: z.array(sessionIdSchema).max(1_000) }),
    z.object({ sessionIds: z.array(sessionIdSchema) }),
  ),
  /** Over all sessions of this machine. */
  'history.search': query(historyQuerySchema, historyPageSchema),
} as const;
