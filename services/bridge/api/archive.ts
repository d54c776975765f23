import type { ApiHandlers, DeletionView } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { forkTitle } from './fork.ts';
import { bringBack, keepStatus, sessionFacts } from './session.ts';
import type { ApiParts } from './types.ts';

type ArchiveParts = Pick<
  ApiParts,
  | 'journal'
  | 'views'
  | 'project'
  | 'model'
  | 'simulated'
  | 'engine'
  | 'heavy'
  | 'dataDir'
  | 'push'
  | 'version'
  | 'clock'
>;

/** What is done with whole sessions: archiving, forking at the end, exporting, deleting. */
export function archiveRoutes(
  parts: ArchiveParts,
): Pick<
  ApiHandlers,
  'session.archive' | 'session.fork' | 'session.export' | 'session.describe_deletion' | 'session.delete'
> {
  const { journal, views } = parts;

  /** Why this one cannot go now; null when it can. */
  function whyNot(sessionId: string, what: 'deleted' | 'archived'): string | null {
    const { title } = journal.sessions.require(sessionId);
    const because = (why: string): string => `“${title}” cannot be ${what} now: ${why} Nothing was ${what}.`;
    if (journal.ledger.isUnsettled(sessionId)) {
      return because('a change of it may or may not have reached Unity. It can go when that is settled.');
    }
    const contents = journal.removal.openWork(sessionId);
    if (contents.calls > 0) return because('a call of it is still open. Answer, cancel or wait for it.');
    if (contents.builds > 0) return because('a build of it is running. Wait for its end or cancel it.');
    if (views.isBusy(sessionId)) return because('SPARK is working in it. Stop it or wait.');
    return null;
  }

  function describe(sessionId: string): DeletionView {
    const { title } = journal.sessions.require(sessionId);
    const forks = journal.sessions.forksOf(sessionId);
    const all = [sessionId, ...forks.map((fork) => fork.sessionId)];
    return {
      title,
      forks,
      ...journal.removal.contentsOf(all),
      refused: all.map((id) => whyNot(id, 'deleted')).find((why) => why !== null) ?? null,
    };
  }

  return {
    'session.archive': async ({ sessionId, archived }) => {
      const { status } = journal.sessions.require(sessionId);
      if (!archived) bringBack(parts, sessionId);
      else if (status === 'active') {
        const refused = whyNot(sessionId, 'archived');
        if (refused !== null) throw new AppError('invalid_input', refused, { data: { sessionId } });
        parts.engine.voice.stop(sessionId);
        keepStatus(parts, sessionId, 'ended');
        views.push(sessionId);
      }
      return { session: views.view(journal.sessions.require(sessionId)) };
    },
    'session.fork': async ({ sessionId, newSessionId }) => {
      const parent = journal.sessions.require(sessionId);
      const known = journal.sessions.get(newSessionId);
      if (known !== null) {
        if (known.forkedFrom?.sessionId === sessionId) return { session: views.view(known) };
        throw new AppError('invalid_input', 'This session id belongs to another session already. Nothing was forked.');
      }
      if (views.isBusy(sessionId)) {
        throw new AppError('invalid_input', 'SPARK is working in this session. It can be forked when that is done.');
      }
      const project = journal.sessions.projectOf(sessionId);
      journal.transact(() => {
        const session = journal.sessions.insert({
          sessionId: newSessionId,
          title: forkTitle(parent.title),
          titleIsDefault: false,
          projectName: project?.name ?? null,
          projectHash: project?.hash ?? null,
          simulated: parent.simulated,
          fork: { sessionId, position: journal.sessions.nextPosition(sessionId) },
        });
        const facts = sessionFacts(parts, session.title);
        journal.outbox.append(newSessionId, { type: 'session', action: 'started', ...facts });
      });
      views.push(newSessionId);
      return { session: views.view(journal.sessions.require(newSessionId)) };
    },
    'session.export': async ({ sessionId, format }) => {
      const { title } = journal.sessions.require(sessionId);
      // Another thread reads the journal's file: what still streams is written to it first.
      journal.messages.flush();
      const exportedAt = new Date(parts.clock()).toISOString();
      const bytes = await parts.heavy.exportSession(parts.dataDir, {
        sessionId,
        format,
        exportedAt,
        spark: parts.version,
      });
      return {
        fileName: `${fileNameOf(title)}.${format === 'json' ? 'json' : 'md'}`,
        mimeType: format === 'json' ? 'application/json' : 'text/markdown',
        bytes,
      };
    },
    'session.describe_deletion': async ({ sessionId }) => describe(sessionId),
    'session.delete': async ({ sessionId, forks }) => {
      const { forks: found, refused } = describe(sessionId);
      if (refused !== null) throw new AppError('invalid_input', refused, { data: { sessionId } });
      const wanted = new Set(forks);
      if (found.length !== wanted.size || found.some((fork) => !wanted.has(fork.sessionId))) {
        throw new AppError(
          'invalid_input',
          'This session was forked meanwhile. Nothing was deleted; look at it again.',
        );
      }
      const sessionIds = [sessionId, ...forks];
      for (const id of sessionIds) parts.engine.voice.stop(id);
      journal.transact(() => {
        // Sent like what waits for the server already; the team's list says that they ended.
        for (const id of sessionIds)
          if (journal.sessions.require(id).status === 'active') keepStatus(parts, id, 'ended');
        journal.removal.removeSessions(sessionIds);
      });
      parts.push({ name: 'session.deleted', payload: { sessionIds } });
      return { sessionIds };
    },
  };
}

/** Letters, digits and spaces that every file system takes. */
export const fileNameOf = (title: string): string =>
  title
    .replaceAll(/[^\p{L}\p{N} _-]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 80)
    .toWellFormed()
    .trim() || 'session';
