import { describe, expect, it } from 'vitest';
import { makeTextDrafts } from '../../lib/draftStorage.ts';
import type { WindowStorage } from '../../lib/windowStore.ts';
import { failed, makeFakeClient, ok, type FakeRoutes } from '../../testing/fakeClient.ts';
import { sampleCall, sessionId } from '../../testing/samples.ts';
import { makeApproval } from './approvalStore.ts';

function memory(): WindowStorage {
  const entries = new Map<string, string>();
  return { getItem: (key) => entries.get(key) ?? null, setItem: (key, value) => void entries.set(key, value) };
}

function open(storage: WindowStorage, routes: FakeRoutes = {}) {
  const client = makeFakeClient(routes);
  return { client, approval: makeApproval({ client, texts: makeTextDrafts(storage, 'spark.approvals') }) };
}

describe('what was begun on a card', () => {
  it('is there again after a reload: the edited text, the reason and where the person was', () => {
    const storage = memory();
    const { approval } = open(storage);
    approval.drafts.keep('c1', { mode: 'editing', text: 'class Mine { }' });
    approval.drafts.keep('c2', { mode: 'denying' });
    approval.drafts.keep('c2', { reason: 'use a NavMesh' });
    approval.drafts.flush();
    const next = open(storage).approval.drafts;
    expect(next.of('c1')).toEqual({ mode: 'editing', reason: '', text: 'class Mine { }', files: {} });
    expect(next.of('c2')).toEqual({ mode: 'denying', reason: 'use a NavMesh', text: null, files: {} });
    expect(next.of('c3')).toMatchObject({ mode: 'deciding', text: null });
  });

  it('is forgotten when the call was decided here, or ends in any other way; not when the decision failed', async () => {
    const storage = memory();
    const { client, approval } = open(storage, {
      'approval.decide': ({ callId }) =>
        callId === 'c1' ? ok({ call: sampleCall(1) }) : failed('already_decided', 'Somebody was first.'),
    });
    for (const callId of ['c1', 'c2', 'c3']) approval.drafts.keep(callId, { reason: 'because' });
    await approval.decide(sessionId, 'c1', { kind: 'deny', reason: 'because' });
    await approval.decide(sessionId, 'c2', { kind: 'deny', reason: 'because' });
    client.push('call.changed', { call: sampleCall(3, { state: 'cancelled' }) });
    approval.drafts.flush();
    const next = open(storage).approval.drafts;
    expect(['c1', 'c2', 'c3'].map((callId) => next.of(callId).reason)).toEqual(['', 'because', '']);
  });

  it('is nothing when what is stored is of another kind', () => {
    for (const stored of ['nonsense', '{}', '{"mode":"editing"}', '{"mode":"x","reason":"","text":null,"files":{}}']) {
      const storage = memory();
      storage.setItem('spark.approvals', JSON.stringify({ c1: stored }));
      expect(open(storage).approval.drafts.of('c1')).toMatchObject({ mode: 'deciding', reason: '' });
    }
  });
});

it('a decision is sent once, and why it failed is said at its card', async () => {
  let answer: (() => void) | undefined;
  const { client, approval } = open(memory(), {
    'approval.decide': () =>
      new Promise((resolve) => {
        answer = () => resolve(failed('already_decided', 'Somebody was first.'));
      }),
  });
  const first = approval.decide(sessionId, 'c1', { kind: 'approve', remember: false });
  await approval.decide(sessionId, 'c1', { kind: 'approve', remember: false });
  answer?.();
  await first;
  expect(client.requests).toHaveLength(1);
  expect(approval.store.getState().errors.get('c1')?.message).toBe('Somebody was first.');
  expect(approval.store.getState().deciding.size).toBe(0);
});
