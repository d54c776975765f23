import { describe, expect, it } from 'vitest';
import type { Journal } from '../journal/index.ts';
import { makeFakeUnity, readyEditor } from '../testing/fakeUnity.ts';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import type { EditorStateKind } from '../unity/index.ts';
import type { UnityAdapter } from '../unity/types.ts';
import { consoleRoutes } from './console.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

const signal = new AbortController().signal;
const end = { instanceId: 'Game@1', total: 3, print: 'p' };

function setUp(tail: UnityAdapter['readConsoleTail'], kind: EditorStateKind = 'ready') {
  const fake = makeFakeUnity();
  const status = () => ({ ...readyEditor, kind, detail: `Unity is ${kind}.` });
  const unity = { ...fake, readConsoleTail: tail, editor: { ...fake.editor, status } };
  return consoleRoutes({ journal, unity, signal });
}

describe('the console for the window', () => {
  it('ties each line to the call after which it appeared, and says what that call did', async () => {
    journal.calls.insert({
      sessionId,
      callId: 'c1',
      name: 'runUnityTests',
      argumentsJson: '{}',
      origin: 'model',
      effect: 'write',
    });
    journal.consoleMarks.keep(sessionId, 'c1', { ...end, total: 1 });
    const routes = setUp(async () => ({
      end,
      from: 0,
      messages: [
        { severity: 'log', message: 'before' },
        { severity: 'exception', message: 'x'.repeat(4_003), file: 'Assets/A.cs', line: 3 },
      ],
      placesOf: (marks) => marks.map(({ total }) => total),
    }));
    const read = await routes['console.read']({ sessionId, known: null });
    expect(read).toMatchObject({
      kind: 'read',
      lines: [
        { place: 0, severity: 'log', after: null },
        { place: 1, severity: 'error', file: 'Assets/A.cs', line: 3, cut: 3, after: { sessionId, callId: 'c1' } },
      ],
      calls: [{ sessionId, callId: 'c1', summary: 'runUnityTests' }],
    });
  });

  it('says that nothing is new', async () => {
    const routes = setUp(async ({ known }) => (known === null ? Promise.reject(new Error('was known')) : null));
    expect(await routes['console.read']({ sessionId, known: end })).toEqual({ kind: 'unchanged' });
  });

  it.each(['compiling', 'building', 'reloading', 'no_editor'] as const)(
    'asks nothing of Unity while it is %s',
    async (kind) => {
      const routes = setUp(() => Promise.reject(new Error('was asked')), kind);
      expect(await routes['console.read']({ sessionId, known: null })).toEqual({
        kind: 'away',
        why: `Unity is ${kind}.`,
      });
    },
  );
});
