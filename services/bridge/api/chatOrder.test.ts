import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/index.ts';
import type { Journal, JournalTables } from '../journal/index.ts';
import { makeSessionViews } from '../sessionViews.ts';
import { noVoice } from '../testing/fakeEngine.ts';
import { addSession, makeTestFolder, openTestJournal, sessionId, silentLogger } from '../testing/testJournal.ts';
import { makeDelivery } from './delivery.ts';

/** What a window is told must be in the journal already: a push inside a transaction may tell what is rolled back. */
let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
beforeEach(() => {
  folder = makeTestFolder();
  journal = openTestJournal(folder.dir);
  addSession(journal);
});
afterEach(() => {
  journal.close();
  folder.remove();
});

it('a message, its title and the notice about it are pushed after their transactions, in order', async () => {
  let depth = 0;
  const watched: JournalTables = {
    ...journal,
    transact: (work) =>
      journal.transact(() => {
        depth += 1;
        try {
          return work();
        } finally {
          depth -= 1;
        }
      }),
  };
  const pushed: string[] = [];
  const push: Parameters<typeof makeSessionViews>[0]['push'] = (event) => {
    const what =
      event.name === 'message.changed' ? `${event.payload.message.role} ${event.payload.message.status}` : '';
    pushed.push(`${depth === 0 ? '' : 'too early: '}${event.name} ${what}`.trim());
  };
  const away = () => Promise.reject(new AppError('realtime_unavailable', 'The model is away.'));
  const delivery = makeDelivery({
    journal: watched,
    push,
    views: makeSessionViews({ journal: watched, push }),
    engine: {
      status: () => ({ kind: 'off', detail: '' }),
      send: away,
      retry: away,
      unqueue: () => false,
      inform: away,
      cancel: () => Promise.resolve(false),
      voice: noVoice,
      close: () => Promise.resolve(),
    },
    project: () => ({ name: null, hash: null, unityVersion: null }),
    model: 'm',
    simulated: false,
    assetNotes: () => Promise.resolve({ text: '', images: [] }),
    logger: silentLogger,
  });
  const messageId = '01a20000-0000-7000-8000-0000000000b1';
  const outgoing = { sessionId, messageId, text: 'Make a player', images: [], assets: [], queue: false };
  await delivery.send(outgoing);
  expect(pushed).toEqual([
    'message.changed user queued',
    'session.changed',
    'message.changed notice complete',
    'message.changed user failed',
  ]);
  pushed.length = 0;
  await delivery.send(outgoing);
  expect(pushed).toEqual([
    'message.changed user queued',
    'message.changed notice complete',
    'message.changed user failed',
  ]);
});
