import { describe, expect, it } from 'vitest';
import type { Journal } from '../journal/index.ts';
import { makeSessionViews } from '../sessionViews.ts';
import { makeFakeUnity, readyEditor } from '../testing/fakeUnity.ts';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { unityRoutes } from './unity.ts';

const editors = [
  { id: 'Game@aaa', name: 'Game', hash: 'aaa', unityVersion: '6000.0.1f1' },
  { id: 'Tool@bbb', name: 'Tool', hash: 'bbb', unityVersion: null },
];
let journal: Journal;
useJournal((opened) => (journal = opened));

function setUp() {
  const fake = makeFakeUnity();
  const chosen: string[] = [];
  const pushed: string[] = [];
  const unity = {
    ...fake,
    editor: {
      ...fake.editor,
      instances: () => editors,
      choose: (instanceId: string) => {
        chosen.push(instanceId);
        return Promise.resolve(readyEditor);
      },
    },
  };
  const views = makeSessionViews({ journal, push: (event) => void pushed.push(event.name) });
  return { routes: unityRoutes({ journal, unity, views }), chosen, pushed };
}

describe('the choice of an editor', () => {
  it("is remembered as the session's project, and marked in the list", async () => {
    const { routes, chosen, pushed } = setUp();
    const { session } = await routes['unity.choose_instance']({ sessionId, instanceId: 'Tool@bbb' });
    expect(session.projectName).toBe('Tool');
    expect(journal.sessions.projectOf(sessionId)).toEqual({ name: 'Tool', hash: 'bbb' });
    expect([chosen, pushed]).toEqual([['Tool@bbb'], ['session.changed']]);
    const { instances } = await routes['unity.list_instances']({ sessionId });
    expect(instances.map(({ instanceId, chosen: isChosen }) => [instanceId, isChosen])).toEqual([
      ['Game@aaa', false],
      ['Tool@bbb', true],
    ]);
  });

  it('of one that has closed is refused, and nothing changes', async () => {
    const { routes, chosen } = setUp();
    const choice = routes['unity.choose_instance']({ sessionId, instanceId: 'Gone@ccc' });
    await expect(choice).rejects.toMatchObject({ code: 'not_found' });
    expect(chosen).toEqual([]);
  });

  it('waits until a write of the session in its old project is settled', async () => {
    const { routes } = setUp();
    journal.sessions.setProject(sessionId, { name: 'Game', hash: 'aaa' });
    const text = { sha256Before: null, sha256After: 'a'.repeat(64), before: null, after: 'x' };
    journal.ledger.intend({ writeId: 'w', sessionId, callId: null, path: 'Assets/A.cs', ...text });
    const choice = routes['unity.choose_instance']({ sessionId, instanceId: 'Tool@bbb' });
    await expect(choice).rejects.toMatchObject({
      code: 'unity_unsettled',
      message: expect.stringContaining('Open Game in Unity first'),
    });
    journal.ledger.settle('w', 'not_applied', null);
    await routes['unity.choose_instance']({ sessionId, instanceId: 'Tool@bbb' });
  });

  it.each(['awaiting_approval', 'running'] as const)(
    'waits for a change of the session that was begun in its old project (%s)',
    async (state) => {
      const { routes, chosen } = setUp();
      journal.sessions.setProject(sessionId, { name: 'Game', hash: 'aaa' });
      const names = { sessionId, callId: 'c', origin: 'model', name: 'generateUnityScript' } as const;
      const { view } = journal.calls.insert({ ...names, effect: 'write', argumentsJson: '{}' });
      journal.calls.save({ ...view, state });
      const choose = (instanceId: string) => routes['unity.choose_instance']({ sessionId, instanceId });
      await expect(choose('Tool@bbb')).rejects.toMatchObject({
        code: 'unity_busy',
        message: expect.stringContaining('in Game'),
      });
      expect(chosen).toEqual([]);
      await choose('Game@aaa');
      journal.calls.save({ ...view, state: 'succeeded' });
      await choose('Tool@bbb');
    },
  );
});
