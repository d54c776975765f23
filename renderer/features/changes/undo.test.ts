import { expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed, makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { idOf, sampleChange, sessionId } from '../../testing/samples.ts';
import { makeUndo, newestStanding, undoneIds, type UndoPart } from './undo.ts';

const conflict = { changeId: idOf(2), path: 'Assets/A.cs', why: 'edited', now: 'a', wanted: 'b', regions: [] };

it('forgets an undo that was made, and keeps a conflict until it is dismissed', async () => {
  const store = createStore<UndoPart>(() => ({ undos: new Map() }));
  const client = makeFakeClient({
    'change.undo': ({ changeId }) =>
      ok(changeId === idOf(1) ? { kind: 'undone', change: sampleChange(9) } : { kind: 'conflict', conflict }),
  });
  const { undo, dismissUndo } = makeUndo(client, store);
  await undo(idOf(1));
  expect(store.getState().undos.size).toBe(0);
  await undo(idOf(2));
  expect(store.getState().undos.get(idOf(2))).toEqual({ kind: 'conflict', conflict, done: '' });
  dismissUndo(idOf(2));
  expect(store.getState().undos.size).toBe(0);
});

it('says what "back to here" had done when it stopped', async () => {
  const store = createStore<UndoPart>(() => ({ undos: new Map() }));
  const client = makeFakeClient({
    'change.undo_to': () => ok({ kind: 'conflict', changes: [sampleChange(9)], remaining: 2, conflict }),
  });
  await makeUndo(client, store).undoTo(sessionId, idOf(1));
  expect(store.getState().undos.get(idOf(1))).toMatchObject({ kind: 'conflict', done: '1 change undone, 2 left.' });
});

it('shows why an undo failed', async () => {
  const store = createStore<UndoPart>(() => ({ undos: new Map() }));
  const client = makeFakeClient({ 'change.undo': () => failed('unity_no_editor', 'No editor.') });
  await makeUndo(client, store).undo(idOf(1));
  expect(store.getState().undos.get(idOf(1))).toMatchObject({ kind: 'failed', error: { code: 'unity_no_editor' } });
});

it('counts a change as undone until its undo is undone', () => {
  const first = sampleChange(1);
  const back = sampleChange(2, { undoesChangeId: idOf(1) });
  const again = sampleChange(3, { undoesChangeId: idOf(2) });
  expect([...undoneIds([first, back])]).toEqual([idOf(1)]);
  expect([...undoneIds([again, first, back])]).toEqual([idOf(2)]);
});

it('finds the newest change that stands: no undo, nothing undone, nothing of another session', () => {
  const first = sampleChange(1);
  const second = sampleChange(2);
  const back = sampleChange(3, { undoesChangeId: idOf(2) });
  const elsewhere = sampleChange(4, { sessionId: idOf(77) });
  expect(newestStanding([second, first], sessionId)?.changeId).toBe(idOf(2));
  expect(newestStanding([back, second, first, elsewhere], sessionId)?.changeId).toBe(idOf(1));
  expect(newestStanding([elsewhere], sessionId)).toBeNull();
});
