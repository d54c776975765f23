import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallView } from '../../../shared/contracts/index.ts';
import { addSession, silentLogger } from '../testing/testJournal.ts';
import { emptyScript, openWorld, worldSession as sessionId, type World } from '../unity/testing/faults/world.ts';
import { makeDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcherTypes.ts';
import { makeRateLimit } from './rateLimit/rateLimit.ts';
import { makeRegistry } from './registry.ts';

/** SPARK is killed in the middle of a change and started again; what Unity did meanwhile is in the real journal's hands. */
let world: World;
let dispatcher: Dispatcher;
let stop: (() => void) | undefined;

function startDispatcher(): void {
  dispatcher = makeDispatcher({
    registry: makeRegistry(),
    journal: world.journal(),
    unity: world.unity(),
    settings: { sonnetMode: 'hybrid' },
    rateLimit: makeRateLimit({ perMinute: 1_000, user: 'me' }),
    directWriter: { lastFailure: () => null, write: async () => null },
    push: () => undefined,
    projectName: () => 'SparkSample',
    inform: async () => undefined,
    clock: Date.now,
    logger: silentLogger,
  });
  dispatcher.startSettling();
}
beforeEach(async () => {
  world = await openWorld();
  addSession(world.journal(), sessionId);
  startDispatcher();
});
afterEach(async () => {
  stop?.();
  stop = undefined;
  await dispatcher.close();
  await world.close();
});

const viewOf = (callId: string): CallView | undefined => world.journal().calls.get(sessionId, callId)?.view;
const restart = async (meanwhile?: () => Promise<void>): Promise<void> => {
  stop?.();
  stop = undefined;
  await world.restart(meanwhile);
  startDispatcher();
};
/** What the developer does in Unity, as soon as its connection is back. */
const inUnity = (params: Record<string, unknown>) => async (): Promise<void> => {
  const done = () =>
    world.editor.execute({ name: 'manage_components', params }).then(
      (reply) => reply.status === 'success' && reply.result['success'] === true,
      () => false,
    );
  await expect.poll(done, { timeout: 10_000, interval: 20 }).toBe(true);
};
const ended = async (callId: string): Promise<CallView | undefined> => {
  await expect
    .poll(() => viewOf(callId)?.state, { timeout: 20_000, interval: 20 })
    .toSatisfy((state) => state !== 'unsettled' && state !== 'running' && state !== 'received');
  return viewOf(callId);
};

/** Dispatches, approves, and resolves when `at` says that the moment to kill has come. */
async function begin(callId: string, name: string, args: unknown, at: Promise<void>): Promise<void> {
  const signal = new AbortController().signal;
  const call = { sessionId, callId, name, argumentsJson: JSON.stringify(args) };
  // A killed one has nowhere to keep its end.
  const output = dispatcher.dispatch(call, signal).catch(() => '');
  await expect.poll(() => viewOf(callId)?.state, { timeout: 10_000 }).toBe('awaiting_approval');
  dispatcher.decide(sessionId, callId, { kind: 'approve', remember: false });
  await Promise.race([at, output]);
}
/** The n-th intent from now on has been stored, and nothing of it sent. */
const intended = (nth: number): Promise<void> =>
  new Promise((resolve) => {
    let seen = 0;
    stop = world.onIntend(() => {
      seen += 1;
      if (seen === nth) resolve();
    });
  });
/** Unity works on the command that the fault waits for. */
const taken = async (): Promise<void> => {
  await expect.poll(() => world.editor.faults.list(), { timeout: 10_000, interval: 5 }).toEqual([]);
};
const undo = async (changeId: string | null): Promise<string> =>
  await dispatcher.dispatch(
    { sessionId, callId: 'undo', name: 'undoUnityChange', argumentsJson: JSON.stringify({ changeId }) },
    new AbortController().signal,
    { origin: 'person' },
  );
const context = { sessionId, callId: 'look', signal: new AbortController().signal };
const heroes = async (): Promise<number> => {
  const { objects } = await world.unity().listScene({ limit: 500 }, context);
  return objects.filter(({ name }) => name === 'Hero').length;
};

describe('a scene change that is cut off', () => {
  const hero = { name: 'Hero', primitive: 'Capsule', position: [0, 1, 2], components: [{ type: 'Rigidbody' }] };

  it.each([
    { fault: 'drop_after_write', state: 'succeeded', there: 1 },
    { fault: 'late_write', state: 'succeeded', there: 1 },
    { fault: 'drop_before_write', state: 'failed', there: 0 },
  ] as const)(
    'ends $state by what the scene has after $fault, and is not sent again',
    async ({ fault, state, there }) => {
      world.editor.faults.add({ kind: fault, command: 'manage_gameobject', ms: 300 });
      await begin('c1', 'createUnityObject', hero, taken());
      await restart();
      const view = await ended('c1');
      expect(view?.state).toBe(state);
      expect(await heroes()).toBe(there);
      expect(world.journal().changes.list(sessionId)).toHaveLength(there);
      expect(world.journal().facts.list(sessionId)).toHaveLength(1);
      if (there === 0) {
        expect(view?.error?.message).toContain('was not made');
        return;
      }
      expect(JSON.parse(await undo(view?.changeId ?? null))).toMatchObject({ success: true });
      expect(await heroes()).toBe(0);
    },
  );

  it('is said to be not known when the scene is neither as before nor as meant, and is left so', async () => {
    await world.unity().unityEditScene(await world.unity().planCreateObject(hero, context), context);
    const set = { target: 'Hero', component: 'Rigidbody', properties: { mass: 8 } };
    world.editor.faults.add({ kind: 'drop_before_write', command: 'manage_components', ms: 300 });
    await begin('c1', 'setUnityComponent', set, taken());
    const theirs = { action: 'set_property', target: 'Hero', componentType: 'Rigidbody', properties: { mass: 12 } };
    await restart(inUnity(theirs));
    const view = await ended('c1');
    expect(view).toMatchObject({ state: 'failed', summary: 'not known whether it was changed' });
    expect(view?.error?.message).toContain('neither as it was before nor as it was meant to be');
    const again = await world.unity().planSetComponent(set, context);
    expect(again.before).toContain('mass: 12');
  });

  it('keeps what the developer added meanwhile: the undo is a conflict', async () => {
    world.editor.faults.add({ kind: 'drop_after_write', command: 'manage_gameobject', ms: 300 });
    await begin('c1', 'createUnityObject', hero, taken());
    const theirs = { action: 'add', target: 'Hero', componentType: 'AudioSource' };
    await restart(inUnity(theirs));
    const view = await ended('c1');
    expect(view?.state).toBe('succeeded');
    expect(JSON.parse(await undo(view?.changeId ?? null))).toMatchObject({ error: { code: 'stale_file' } });
    expect(await heroes()).toBe(1);
  });
});

describe('a change of several files that is cut off', () => {
  const names = ['CutA', 'CutB', 'CutC'] as const;
  const pathOf = (name: string): string => `Assets/Scripts/${name}.cs`;
  const before = (name: string): string | null => (name === 'CutC' ? null : emptyScript(name));
  const args = {
    files: [
      ...['CutA', 'CutB'].map((name) => ({
        path: pathOf(name),
        edits: [{ search: '    // end\n', replace: '    int mine;\n    // end\n' }],
      })),
      {
        path: pathOf('CutC'),
        diff: '--- /dev/null\n+++ b/Assets/Scripts/CutC.cs\n@@ -0,0 +1,3 @@\n+public class CutC\n+{\n+}\n',
      },
    ],
  };
  const after = (name: string): string =>
    name === 'CutC'
      ? 'public class CutC\n{\n}\n'
      : emptyScript(name).replace('    // end', '    int mine;\n    // end');
  const put = async (): Promise<void> => {
    for (const name of ['CutA', 'CutB']) {
      const plan = await world.unity().planScript({ name, contents: emptyScript(name) }, context);
      await world.unity().unityGenerateScript(plan, context);
    }
  };
  const textsNow = () => names.map((name) => world.read(pathOf(name)));
  const sentAt = async (nth: number): Promise<void> => {
    await intended(nth);
    const action = nth === 3 ? 'create' : 'apply_text_edits';
    world.editor.faults.add({ kind: 'drop_after_write', command: 'manage_script', action, ms: 200 });
    await taken();
  };

  it.each([
    { nth: 1, sent: false, whole: false },
    { nth: 1, sent: true, whole: false },
    { nth: 2, sent: false, whole: false },
    { nth: 2, sent: true, whole: false },
    // The last one may be on its way already: then the change is whole.
    { nth: 3, sent: false, whole: null },
    { nth: 3, sent: true, whole: true },
  ])('at file $nth (sent: $sent) is there whole ($whole) or not at all', async ({ nth, sent, whole: expected }) => {
    await put();
    await begin('c1', 'applyUnityPatch', args, sent ? sentAt(nth) : intended(nth));
    await restart();
    const view = await ended('c1');
    const whole = expected ?? view?.state === 'succeeded';
    expect(textsNow()).toEqual(names.map(whole ? after : before));
    expect(view?.state).toBe(whole ? 'succeeded' : 'failed');
    expect(world.journal().changes.list(sessionId)).toHaveLength(whole ? 3 : 0);
    expect(world.journal().ledger.isUnsettled(sessionId)).toBe(false);
  });

  it('and again while it is put back ends with nothing of it', async () => {
    await put();
    await begin('c1', 'applyUnityPatch', args, sentAt(2));
    stop?.();
    const puttingBack = intended(1);
    const keepStop = stop;
    await world.restart();
    startDispatcher();
    await puttingBack;
    stop = keepStop;
    await restart();
    await ended('c1');
    expect(textsNow()).toEqual(names.map(before));
  });

  it('leaves a file that the developer changed since, names it, and it can be undone', async () => {
    await put();
    await begin('c1', 'applyUnityPatch', args, sentAt(2));
    const theirs = `${after('CutA')}// theirs\n`;
    world.put(pathOf('CutA'), theirs);
    await restart();
    const view = await ended('c1');
    expect(textsNow()).toEqual([theirs, before('CutB'), null]);
    expect(view).toMatchObject({ state: 'failed', summary: `written only in part · ${pathOf('CutA')}` });
    expect(view?.error?.message).toContain(`${pathOf('CutA')} could not be put back: it was changed by somebody else`);
    expect(JSON.parse(await undo(view?.changeId ?? null))).toMatchObject({ success: true });
    expect(world.read(pathOf('CutA'))).toBe(`${emptyScript('CutA')}// theirs\n`);
  });
});
