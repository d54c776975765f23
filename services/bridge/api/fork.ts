import type { ApiHandlers, MessageView } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { NewImage, SessionRecord } from '../journal/index.ts';
import { findMessage } from '../transcript.ts';
import type { Delivery } from './delivery.ts';
import { sessionFacts } from './session.ts';
import type { ApiParts } from './types.ts';

type ForkParts = Pick<ApiParts, 'journal' | 'views' | 'project' | 'model' | 'simulated'> & {
  readonly delivery: Delivery;
};

/**
 * A fork goes on from before one message. It refers to the session in which that message was written, so a fork of a
 * fork is found through its line; positions go on from that place.
 */
export function forkRoutes(parts: ForkParts): Pick<ApiHandlers, 'chat.fork'> {
  const { journal, views, delivery } = parts;

  function fork(parent: SessionRecord, at: MessageView, newSessionId: string): void {
    const project = journal.sessions.projectOf(at.sessionId);
    journal.transact(() => {
      const session = journal.sessions.insert({
        sessionId: newSessionId,
        title: forkTitle(parent.title),
        titleIsDefault: false,
        projectName: project?.name ?? null,
        projectHash: project?.hash ?? null,
        simulated: parent.simulated,
        fork: { sessionId: at.sessionId, position: at.position },
      });
      const facts = sessionFacts(parts, session.title);
      journal.outbox.append(newSessionId, { type: 'session', action: 'started', ...facts });
    });
    views.push(newSessionId);
  }

  return {
    'chat.fork': async ({ sessionId, messageId, text, assets = [], newSessionId, newMessageId }) => {
      const parent = journal.sessions.require(sessionId);
      const at = findMessage(journal, sessionId, messageId);
      if (at?.role !== 'user') {
        throw new AppError('not_found', 'There is no such message of yours in this session.', { data: { messageId } });
      }
      const images = (at.images ?? []).map((image): NewImage => ({
        ...image,
        bytes: journal.messages.imageBytes(image),
      }));
      if (text === '' && images.length === 0) {
        throw new AppError('invalid_input', 'Write something to go on with. Nothing was forked.');
      }
      const known = journal.sessions.get(newSessionId)?.forkedFrom;
      if (known === undefined) fork(parent, at, newSessionId);
      else if (known.sessionId !== at.sessionId || known.position !== at.position) {
        throw new AppError('invalid_input', 'This session id belongs to another fork already. Nothing was sent.');
      }
      const message = await delivery.send({
        sessionId: newSessionId,
        messageId: newMessageId,
        text,
        images,
        assets,
        queue: false,
      });
      return { session: views.view(journal.sessions.require(newSessionId)), message };
    },
  };
}

const maxTitleChars = 200;

/** `Title (fork)`, then `Title (fork 2)`. */
export function forkTitle(title: string): string {
  const [, bare = title, count] = /^(.*) \(fork(?: (\d+))?\)$/s.exec(title) ?? [];
  const mark = bare === title ? ' (fork)' : ` (fork ${Number(count ?? 1) + 1})`;
  return `${bare.slice(0, maxTitleChars - mark.length).toWellFormed()}${mark}`;
}
