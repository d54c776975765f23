import { v7 as uuidv7 } from 'uuid';
import type { ApiHandlers } from '../../../shared/contracts/index.ts';
import { readContents } from '../transcript.ts';
import type { ApiParts } from './types.ts';

export const defaultTitle = 'New session';
const titleLength = 60;

export function sessionRoutes(
  parts: ApiParts,
): Pick<ApiHandlers, 'session.list' | 'session.create' | 'session.open' | 'session.rename'> {
  const { journal, views } = parts;
  return {
    'session.list': async () => ({ sessions: journal.sessions.list().map(views.view) }),
    'session.create': async ({ title }) => {
      const project = parts.project();
      const record = journal.transact(() => {
        const session = journal.sessions.insert({
          sessionId: uuidv7(),
          title: title ?? defaultTitle,
          titleIsDefault: title === undefined,
          projectName: project.name,
          projectHash: project.hash,
          simulated: parts.simulated,
        });
        journal.outbox.append(session.sessionId, {
          type: 'session',
          action: 'started',
          ...sessionFacts(parts, session.title),
        });
        return session;
      });
      views.push(record.sessionId);
      return { session: views.view(record) };
    },
    'session.open': async ({ sessionId }) => ({
      session: views.view(journal.sessions.require(sessionId)),
      turn: views.turn(sessionId),
      ...readContents(journal, sessionId),
    }),
    'session.rename': async ({ sessionId, title }) => {
      journal.sessions.require(sessionId);
      keepTitle(parts, sessionId, title);
      views.push(sessionId);
      return { session: views.view(journal.sessions.require(sessionId)) };
    },
  };
}

type SessionParts = Pick<ApiParts, 'journal' | 'project' | 'model' | 'simulated'>;

/** Keeps a title and its event; the caller pushes the session once that is committed. */
export function keepTitle(parts: SessionParts, sessionId: string, title: string): void {
  const { journal } = parts;
  journal.transact(() => {
    journal.sessions.rename(sessionId, title);
    journal.outbox.append(sessionId, { type: 'session', action: 'renamed', ...sessionFacts(parts, title) });
  });
}

type StatusParts = Pick<ApiParts, 'journal'>;

/**
 * Keeps that a session ended or goes on, and its event; the caller pushes the session once that is committed. The event
 * tells nothing that may be another now: model and project are those that the session began with.
 */
export function keepStatus({ journal }: StatusParts, sessionId: string, status: 'active' | 'ended'): void {
  journal.transact(() => {
    const { title, simulated } = journal.sessions.require(sessionId);
    journal.sessions.setStatus(sessionId, status);
    const action = status === 'ended' ? 'ended' : 'started';
    journal.outbox.append(sessionId, { type: 'session', action, title: title.slice(0, 500), simulated });
  });
}

/** An archived session is in the lists again; one that is not stays as it is. */
export function bringBack(parts: StatusParts & Pick<ApiParts, 'views'>, sessionId: string): void {
  if (parts.journal.sessions.require(sessionId).status === 'active') return;
  keepStatus(parts, sessionId, 'active');
  parts.views.push(sessionId);
}

/** A session that has no name of its own is named by the first words that were said or written in it. */
export function nameByWords(parts: SessionParts & Pick<ApiParts, 'views'>, sessionId: string, text: string): void {
  const title = toTitle(text);
  if (title === '' || !parts.journal.sessions.require(sessionId).titleIsDefault) return;
  keepTitle(parts, sessionId, title);
  parts.views.push(sessionId);
}

/** What the session's events tell. */
export function sessionFacts(parts: SessionParts, title: string) {
  const project = parts.project();
  return {
    title: title.slice(0, 500),
    model: parts.model.slice(0, 128),
    ...(project.name === null ? {} : { projectName: project.name.slice(0, 256) }),
    ...(project.unityVersion === null ? {} : { unityVersion: project.unityVersion.slice(0, 64) }),
    simulated: parts.simulated,
  };
}

/** The first line, cut at a word. */
export function toTitle(text: string): string {
  const line = text.trim().split('\n', 1)[0]?.replaceAll(/\s+/g, ' ').trim() ?? '';
  if (line.length <= titleLength) return line;
  const cut = line.slice(0, titleLength - 1).toWellFormed();
  const space = cut.lastIndexOf(' ');
  return `${space > titleLength / 2 ? cut.slice(0, space) : cut}…`;
}
