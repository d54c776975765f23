import { expect, it } from 'vitest';
import type { CallView, PushedEvent } from '../../shared/contracts/index.ts';
import { makeSessionViews } from './sessionViews.ts';
import type { Journal } from './journal/index.ts';
import { sessionId } from './testing/testJournal.ts';
import { useJournal } from './testing/useJournal.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

it('a session says how many of its calls wait for the person, and tells the windows when that changes', () => {
  const told: (number | undefined)[] = [];
  const views = makeSessionViews({
    journal,
    push: (event: PushedEvent) => event.name === 'session.changed' && told.push(event.payload.session.waiting),
  });
  const become = (callId: string, state: CallView['state']): void =>
    views.onPushed({ name: 'call.changed', payload: { call: { sessionId, callId, state } as CallView } });

  become('a', 'received');
  become('a', 'awaiting_approval');
  become('b', 'awaiting_approval');
  become('b', 'awaiting_approval');
  become('a', 'running');
  expect(views.view(journal.sessions.require(sessionId))).toMatchObject({ waiting: 1 });
  become('a', 'succeeded');
  become('b', 'denied');
  expect(told).toEqual([1, 2, 1, undefined]);
  expect(views.view(journal.sessions.require(sessionId))).not.toHaveProperty('waiting');
});
