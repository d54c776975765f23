import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/index.ts';
import type { Journal, JournalTables } from '../journal/index.ts';
import { noVoice } from '../testing/fakeEngine.ts';
import { makeTestDelivery } from '../testing/testDelivery.ts';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';

/** What a window is told must be in the journal already: a push inside a transaction may tell what is rolled back. */
let journal: Journal;
useJournal((opened) => (journal = opened));

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
  const push: Parameters<typeof makeTestDelivery>[0]['push'] = (event) => {
    const what =
      event.name === 'message.changed' ? `${event.payload.message.role} ${event.payload.message.status}` : '';
    pushed.push(`${depth === 0 ? '' : 'too early: '}${event.name} ${what}`.trim());
  };
  const away = () => Promise.reject(new AppError('realtime_unavailable', 'The model is away.'));
  const { delivery } = makeTestDelivery({
    journal: watched,
    push,
    engine: {
      status: () => ({ kind: 'off', detail: '' }),
      send: away,
      retry: away,
      unqueue: () => false,
      inform: away,
      cancel: () => Promise.resolve(false),
      wake: () => undefined,
      voice: noVoice,
      close: () => Promise.resolve(),
    },
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
